#pragma once
// Pure decisions: where an entry stands, and what may become of it. No SQL, no clock, no I/O.

#include <decapod/base/clock.h>
#include <decapod/knowledge/views.h>
#include <decapod/knowledge_document/document.h>

#include <functional>

namespace decapod::knowledge::rules {

// What decides where an entry stands.
struct Standing {
  std::optional<std::int64_t> successor;  // the entry that took its place
  std::optional<Timestamp> expires_at;
};
// An entry expires at expires_at, not after it. One that is both is superseded.
State state_of(Standing const& standing, Timestamp now);

// The successor of an entry, by their numbers.
using SuccessorOf = std::function<std::optional<std::int64_t>(std::int64_t)>;

inline constexpr int kChainMost = 1000;

// Where the chain of successors that begins at `from` leads.
struct Chain {
  enum class Way : std::uint8_t {
    ends,      // at `end`, which has no successor
    meets,     // `sought` lies on it
    too_long,  // to follow; `end` is where following stopped
  };
  Way way = Way::ends;
  std::int64_t end = 0;
};
Chain follow(std::int64_t from, std::optional<std::int64_t> sought, SuccessorOf const& successor_of);

}  // namespace decapod::knowledge::rules
