#include "rules.h"

#include <algorithm>

namespace decapod::health::rules {
namespace {

constexpr std::int64_t kVouchedLeast = 5;

}  // namespace

Worth worth_of(std::string_view surface, std::span<Latest const> latest, Timestamp now) {
  auto const failed = [](Latest const& one) { return one.result == Outcome::fail; };
  if (std::ranges::any_of(latest, failed)) return {.state = State::contradicted};
  auto const own = std::ranges::find(latest, surface, &Latest::surface);
  if (own == latest.end()) return {.state = State::asserted};
  auto const stale_at = own->at + own->fresh_for;
  if (now >= stale_at) return {.state = State::stale};
  return {.state = State::verified, .stale_at = stale_at, .vouched = own->vouched};
}

Worth counted(Worth const& all, Worth const& own) {
  return all.state == State::contradicted ? all : own;
}

State counted_after_retraction(State counted) {
  return counted == State::verified ? State::asserted : counted;
}

Autonomy level_of(Standing const& standing) {
  if (standing.contradicted > standing.verified) return Autonomy::untrusted;
  bool const is_verified =
      standing.contradicted == 0 && standing.vouched >= kVouchedLeast && standing.stale <= standing.verified;
  return is_verified ? Autonomy::verified : Autonomy::basic;
}

void count(Standing& standing, State state, Vouched vouched) {
  switch (state) {
    case State::asserted:
      ++standing.asserted;
      break;
    case State::verified:
      ++standing.verified;
      if (vouched == Vouched::yes) ++standing.vouched;
      break;
    case State::stale:
      ++standing.stale;
      break;
    case State::contradicted:
      ++standing.contradicted;
      break;
  }
}

}  // namespace decapod::health::rules
