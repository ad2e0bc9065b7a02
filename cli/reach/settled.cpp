#include <decapod/reach/settled.h>

namespace decapod::reach {

Error unknown_outcome(std::string_view key, std::string message, std::string_view cause) {
  return fail(ErrorCode::outcome_unknown, std::move(message), {{"request_id", key}, {"cause", cause}});
}

Result<ipc::Reply> settled(Attempted const& attempted, Result<ipc::Reply> end) {
  if (attempted.exposure == election::Exposure::none || attempted.access != Access::write) return end;
  if (!end) {
    return unknown_outcome(attempted.key, "the request was sent, then: " + end.error().message,
                           name_of(end.error().code));
  }
  if (!end->error || end->status == ipc::Status::COMMITTED) return end;
  if (end->status == ipc::Status::NOT_COMMITTED && end->vouched == ipc::Vouched::yes) return end;
  auto const error = ipc::from_wire(*end->error);
  return unknown_outcome(attempted.key, "the request was sent before, then: " + error.message, name_of(error.code));
}

}  // namespace decapod::reach
