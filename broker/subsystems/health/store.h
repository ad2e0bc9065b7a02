#pragma once
// Claims and proofs in the store. Everything here throws storage::Failure.

#include <decapod/contract/context.h>
#include <decapod/health/queries.h>
#include <decapod/lookup/kind.h>

#include <functional>
#include <limits>

#include "rules.h"

namespace decapod::health::store {

using storage::Database;

inline constexpr lookup::Kind kClaims{.table = "health_claim",
                                      .counters = "health_counter",
                                      .prefix = "h-",
                                      .key = "health/claim/",
                                      .one = "claim",
                                      .many = "claims"};
std::string claim_key(std::string_view id);  // "health/claim/h-4k2m", as audit records name it

// A row of health_claim with its latest proofs, one a surface.
struct Claim {
  std::int64_t number = 0;
  std::string id;
  std::string subject;
  std::string statement;
  std::string surface;
  Millis fresh_for{};
  std::string actor;
  Timestamp created_at;
  std::optional<Timestamp> retracted_at;
  std::string retract_reason;
  State counts_as = State::asserted;  // of a retracted one
  std::vector<rules::Latest> latest;
  std::vector<rules::Latest> latest_own;  // among those of the claim's own actor

  // A retracted claim is what it was when it was retracted.
  Timestamp judged_at(Timestamp now) const { return retracted_at.value_or(now); }
  rules::Worth worth(Timestamp now) const;
  rules::Worth counted(Timestamp now) const;
};

// Who claims or proves something names what it says in the trail, too: "health/said/h-4k2m/HEX" of what never changes
// of a claim, "health/proof/h-4k2m/HEX" of all of a proof.
std::string said_key(Claim const& claim);
std::string proof_key(std::string_view id, ProofView const& proof);

// Which claims to read, newest first.
struct Range {
  std::int64_t before = 0;  // numbers below this one
  std::int64_t from = 0;    // and not below this one
  std::optional<std::string> actor;
  std::optional<std::string> subject;
};
enum class Go : std::uint8_t { on, stop };
void each(Database& database, Range const& range, std::function<Go(Claim const&)> const& take);
inline constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();

std::optional<Claim> find(Database& database, std::int64_t number);
// The claim that this actor has made and not retracted.
std::optional<std::string> same_claim(Database& database, Claim const& claim);
std::int64_t count_live(Database& database, std::string_view actor);
std::int64_t insert(Database& database, Claim const& claim);
void retract(Database& database, Claim const& claim);

// A proof becomes the latest of its surface. `claim` is the one that it is about. Returns its number; proof.number is
// not looked at.
std::int64_t add_proof(Database& database, Claim const& claim, ProofView const& proof);
std::vector<ProofView> proofs(Database& database, std::int64_t claim, std::int64_t limit);  // the latest first
std::int64_t count_proofs(Database& database, std::int64_t claim);

// The number of the last claim of a stretch that begins before `before`; nullopt: there are no more than that.
std::optional<std::int64_t> end_of_stretch(Database& database, std::int64_t before);

// What the actor's own record makes of it, and until when, if nobody writes.
struct Judged {
  Standing standing;
  std::optional<Timestamp> until;
};
Judged standing_of(Database& database, std::string const& actor, Timestamp now);
// Who made claims, the latest first, at most `limit`.
std::vector<std::string> actors(Database& database, std::int64_t limit);

}  // namespace decapod::health::store
