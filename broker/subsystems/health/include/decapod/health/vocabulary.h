#pragma once
// The words of health: what a claim is worth, and how far whoever makes claims has come.

#include <decapod/base/clock.h>
#include <decapod/fields/fields.h>

#include <boost/describe.hpp>
#include <cstdint>

namespace decapod::health {

// Computed from a claim's proofs and the clock; stored nowhere.
enum class State : std::uint8_t {
  asserted,      // said, and not proved on the claim's own surface
  verified,      // the latest proof on its surface passed, and is fresh; no other surface says otherwise
  stale,         // it passed, too long ago
  contradicted,  // the latest proof on some surface failed
};
BOOST_DESCRIBE_ENUM(State, asserted, verified, stale, contradicted)

enum class Outcome : std::uint8_t { pass, fail };
BOOST_DESCRIBE_ENUM(Outcome, pass, fail)

// Of an actor, computed from its own record.
enum class Autonomy : std::uint8_t {
  untrusted,  // more of its claims are contradicted than verified
  basic,      // whoever has no record, or a mixed one
  verified,   // nothing contradicted, five vouched for or more, and no more stale than verified
};
BOOST_DESCRIBE_ENUM(Autonomy, untrusted, basic, verified)

// Whether whoever recorded a proof had a token of the operator's, and so more than a name.
enum class Vouched : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Vouched, no, yes)

using fields::kIdBytesMax;
inline constexpr std::int64_t kNameBytesMax = 200;  // actors, subjects
inline constexpr std::int64_t kStatementBytesMax = 500;
inline constexpr std::int64_t kSurfaceBytesMax = 100;
inline constexpr std::int64_t kCommandBytesMax = 4096;
inline constexpr std::int64_t kReasonBytesMax = 4096;
inline constexpr std::int64_t kSurfacesMax = 16;         // besides its own that one claim has been proved on
inline constexpr std::int64_t kClaimsOfActorMax = 1000;  // not retracted
inline constexpr std::int64_t kFreshLeastMs = 1000;
inline constexpr std::int64_t kFreshMostMs = std::int64_t{366} * 24 * 3600 * 1000;
inline constexpr Millis kFreshDefault{24 * 3600 * 1000};

}  // namespace decapod::health
