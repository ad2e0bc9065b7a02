#pragma once
// What may be believed of an answer to a request that may have been executed before.

#include <decapod/base/request_type.h>
#include <decapod/election/course.h>
#include <decapod/ipc/message.h>

#include <string>
#include <string_view>

namespace decapod::reach {

// Whose the idempotency key is. A key that the caller gave may have been sent before, by a command that this one knows
// nothing of.
enum class Key : std::uint8_t { made_here, given };

// What is known of a request when an answer to it arrives. A dry run counts as a read: it leaves nothing behind.
struct Attempted {
  Access access = Access::read;
  std::string_view key;  // the idempotency key
  Key origin = Key::made_here;
  election::Exposure exposure = election::Exposure::none;
};

// Once a write has gone out whole, now or perhaps before, an answer is final only if the ledger stands behind it: a
// commit, or a refusal that it vouches for. Any other end, whatever its code, leaves open what an earlier attempt did:
// outcome_unknown, with the hint of what stood in the way.
Result<ipc::Reply> settled(Attempted const& attempted, Result<ipc::Reply> end);

// With the key to repeat it under, and the name of what stood in the way.
Error unknown_outcome(std::string_view key, std::string message, std::string_view cause);

}  // namespace decapod::reach
