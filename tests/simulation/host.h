#pragma once
// The simulated machine: what its processes share.

#include <decapod/base/state_paths.h>
#include <decapod/broker/directory.h>

#include "locks.h"
#include "net.h"

namespace decapod::sim {

struct Host {
  World& world;
  StatePaths paths;
  broker::Directory const& directory;
  Locks locks{world};
  Net net{world};
  int brokers = 0;  // started so far
};

}  // namespace decapod::sim
