#pragma once
// Pure decisions: what proofs make of a claim, and what claims make of an actor. No SQL, no clock, no I/O.

#include <decapod/health/views.h>

#include <span>

namespace decapod::health::rules {

// The latest proof of a claim on one surface.
struct Latest {
  std::string surface;
  Outcome result = Outcome::pass;
  Timestamp at;
  Millis fresh_for{};
  Vouched vouched = Vouched::no;
};

// What a claim is worth.
struct Worth {
  State state = State::asserted;
  std::optional<Timestamp> stale_at;  // of a verified one: when it turns stale, with no proof between
  Vouched vouched = Vouched::no;      // of a verified one: its proof is
  friend bool operator==(Worth const&, Worth const&) = default;
};
// `latest`: one a surface, in any order. A failure on any surface contradicts, until that surface passes; only the
// claim's own surface verifies. Fresh is less than its `fresh_for` old.
Worth worth_of(std::string_view surface, std::span<Latest const> latest, Timestamp now);

// How a claim counts for the actor who made it: as what the actor's own proofs make of it (`own`), unless what anybody
// has proved (`all`) contradicts it. So nobody is raised by others; evidence against a claim counts, whoever found it.
// `stale_at` is then of `own`, the time at which the claim counts as something else without anybody writing.
Worth counted(Worth const& all, Worth const& own);
// And a retracted one, which is what it was when it was retracted: no longer verified, but what speaks against an actor
// is not taken back.
State counted_after_retraction(State counted);

// Rises with verified claims, above basic only with those that are vouched for: a name alone raises nobody further.
// Falls with contradicted and stale ones, and takes no notice of those that are only asserted.
Autonomy level_of(Standing const& standing);
void count(Standing& standing, State state, Vouched vouched);

}  // namespace decapod::health::rules
