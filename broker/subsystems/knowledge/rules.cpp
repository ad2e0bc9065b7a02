#include "rules.h"

namespace decapod::knowledge::rules {

State state_of(Standing const& standing, Timestamp now) {
  if (standing.successor) return State::superseded;
  return standing.expires_at && *standing.expires_at <= now ? State::expired : State::live;
}

Chain follow(std::int64_t from, std::optional<std::int64_t> sought, SuccessorOf const& successor_of) {
  auto at = from;
  for (int steps = 0; steps < kChainMost; ++steps) {
    if (at == sought) return {Chain::Way::meets, at};
    auto const next = successor_of(at);
    if (!next) return {Chain::Way::ends, at};
    at = *next;
  }
  return {Chain::Way::too_long, at};
}

}  // namespace decapod::knowledge::rules
