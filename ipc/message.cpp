#include <decapod/ipc/message.h>

namespace decapod::ipc {

WireError to_wire(Error const& error) {
  return {.code = name_of(error.code),
          .message = error.message,
          .hint = std::string(error.hint_or_default()),
          .details = error.details,
          .suggestions = error.suggestions};
}

Error from_wire(WireError const& error) {
  auto const code = error_code(error.code);
  auto details = error.details;
  if (!code) details.emplace("unknown_code", error.code);
  return {.code = code.value_or(ErrorCode::internal),
          .message = error.message,
          .hint = error.hint,
          .details = std::move(details),
          .suggestions = error.suggestions};
}

Reply refusal(Error const& error, Status status) {
  Reply reply;
  reply.status = status;
  reply.error = to_wire(error);
  return reply;
}

}  // namespace decapod::ipc
