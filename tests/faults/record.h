#pragma once
// Plays a scenario on a disk in memory and records it.

#include "crash_walk.h"
#include "scenarios.h"

namespace decapod::test {

// `findings` are the session's.
struct Played {
  Recorded recorded;
  std::vector<std::string> findings;
};

// `folder` is the state directory. The same bytes for the same seed and folder.
Played record(Scenario const& scenario, std::string const& folder, Lie lie, std::uint32_t seed);

}  // namespace decapod::test
