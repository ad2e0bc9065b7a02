#pragma once
// Pure decisions: which moves are allowed, who may claim, whose lease has ended. No SQL, no clock, no I/O.

#include <decapod/base/caller.h>
#include <decapod/base/clock.h>
#include <decapod/base/error.h>
#include <decapod/todo/claims.h>
#include <decapod/todo/vocabulary.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::todo::rules {

// Everything that changes where an item stands or who holds it.
enum class Move : std::uint8_t { claim, renew, release, handoff, done, archive, reopen };
BOOST_DESCRIBE_ENUM(Move, claim, renew, release, handoff, done, archive, reopen)

// The transition table. nullopt: not allowed from there.
std::optional<Status> after(Status from, Move move);
std::vector<std::string_view> allowed_from(Status from);
// bad_transition, naming the allowed moves.
Error refuse_move(std::string_view id, Status from, Move move);

// open or claimed: what it blocks has to wait.
bool is_live(Status status);

// When a claim ends. Within the boot that set it the boot time decides, which no clock setting can move; in another
// boot the wall time does.
struct Lease {
  std::string boot_id;
  BootTime boot;
  Timestamp wall;
  friend bool operator==(Lease const&, Lease const&) = default;
};
Lease lease_from(Instant const& now, Millis length);
bool has_ended(Lease const& lease, Instant const& now);
// The wall time at which has_ended() becomes true, if the clocks run on as they do now.
Timestamp ends_at(Lease const& lease, Instant const& now);

// A stored claim, in force or not.
struct Holding {
  std::string holder;
  std::optional<std::string> session;  // nullopt: handed over, and not taken up yet
  std::int64_t token = 0;
  Timestamp claimed_at;
  Lease lease;
};

enum class Standing : std::uint8_t {
  mine,           // this actor and session
  other_session,  // this actor, another session
  reserved,       // handed over to this actor; no session has it yet
  theirs,
};
Standing standing(Holding const& holding, Caller const& caller);

// What `claim` does.
enum class ClaimVerdict : std::uint8_t {
  fresh,    // issue a new token
  already,  // it is the caller's: nothing changes
  held,     // by somebody else, or by another session of the same actor
  blocked,
};
// For an item that is open or claimed. `token` is what the caller passed.
ClaimVerdict may_claim(Holding const* holding, std::int64_t open_blockers, Force force, Caller const& caller,
                       std::optional<std::int64_t> token, Instant const& now);

// Whether a caller may act as the holder. An ended lease alone takes nothing away: only the next claim does.
enum class Proof : std::uint8_t {
  holds,
  stale,       // the token is not the current one
  not_holder,  // somebody else's claim
  not_claimed,
};
Proof prove(Holding const* holding, Caller const& caller, std::optional<std::int64_t> token);

}  // namespace decapod::todo::rules
