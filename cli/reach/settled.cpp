#include <decapod/reach/settled.h>

namespace decapod::reach {

Error unknown_outcome(std::string_view key, std::string message, std::string_view cause) {
  return fail(ErrorCode::outcome_unknown, std::move(message), {{"request_id", key}, {"cause", cause}});
}

namespace {

Error left_open(Attempted const& attempted, Error const& end) {
  bool const sent = attempted.exposure == election::Exposure::sent;
  auto error =
      unknown_outcome(attempted.key,
                      sent ? "the request was sent, then: " + end.message
                           : "an earlier request with this id may have been committed; this one did not reach the "
                             "ledger: " +
                                 end.message,
                      name_of(end.code));
  if (sent) return error;
  auto const way = std::string(end.hint_or_default());
  error.hint = (way.empty() ? "" : way + "; then ") + std::string("repeat it with the same --request-id");
  return error;
}

}  // namespace

Result<ipc::Reply> settled(Attempted const& attempted, Result<ipc::Reply> end) {
  bool const may_be_done = attempted.exposure == election::Exposure::sent || attempted.origin == Key::given;
  if (!may_be_done || attempted.access != Access::write) return end;
  if (!end && end.error().code == ErrorCode::outcome_unknown) return end;
  if (!end) return left_open(attempted, end.error());
  if (!end->error || end->status == ipc::Status::COMMITTED) return end;
  // What became of this very attempt is not known.
  if (end->status == ipc::Status::UNKNOWN && attempted.exposure == election::Exposure::none) return end;
  if (end->status == ipc::Status::NOT_COMMITTED && end->vouched == ipc::Vouched::yes) return end;
  return left_open(attempted, ipc::from_wire(*end->error));
}

}  // namespace decapod::reach
