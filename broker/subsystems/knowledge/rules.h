#pragma once
// Pure decisions: where an entry stands, and what may become of it. No SQL, no clock, no I/O.

#include <decapod/base/clock.h>
#include <decapod/base/digest.h>
#include <decapod/knowledge/views.h>
#include <decapod/knowledge_source/source.h>

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

// Of what an entry says, which never changes: each part with its length before it, so that no two entries have the same
// bytes. `digests` are those of the files among `sources`, in their order.
Sha256 digest_of(std::string_view title, EntryKind kind, std::string_view body, std::vector<Source> const& sources,
                 std::vector<Sha256> const& digests);

}  // namespace decapod::knowledge::rules
