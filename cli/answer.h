#pragma once
// What came of one command, before it is put into words.

#include <decapod/base/id.h>
#include <decapod/base/request_type.h>
#include <decapod/ipc/message.h>

#include <optional>
#include <string>

namespace decapod::cli {

// Whether a request was handed to the way to the leader, so that it may have had an effect.
enum class Sent : std::uint8_t { no, yes };

// Success: `data` alone. Failure: `error`, and `data` as well if there is something to look at all the same.
struct Answer {
  std::string op;  // "" if no verb could be made out
  Access access = Access::local;
  std::string request_id;  // writes: the idempotency key; reads: the request's own id; local: ""
  ipc::Status status = ipc::Status::OK;
  std::optional<Marker> marker;  // of a committed write
  ipc::Audited audited = ipc::Audited::yes;
  ipc::DryRun dry_run = ipc::DryRun::no;
  Sent sent = Sent::no;
  std::optional<std::int64_t> line;  // of a batch: the number of the line that asked
  std::optional<json::object> data;
  std::optional<Error> error;
};

ExitStatus exit_status(Answer const& answer);

// Whether a commit may be what became of it: never of a dry run, which leaves nothing to ask for later.
bool may_commit(Answer const& answer);

// An answer that is only an error: nothing was sent.
Answer failed(std::string op, Error error);

}  // namespace decapod::cli
