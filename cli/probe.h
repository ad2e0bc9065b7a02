#pragma once
// What a live broker says of itself, asked without taking the lock.

#include <decapod/base/clock.h>
#include <decapod/base/result.h>
#include <decapod/base/service_status.h>
#include <decapod/base/state_paths.h>

namespace decapod::cli {

// Serving::no if nobody leads. Returns by `deadline`. timeout: somebody holds the lock and does not answer (the
// message names the process where it can be seen); unreachable: this process may not use sockets; foreign_peer,
// version_skew: what answers cannot be understood.
Result<ServiceStatus> probe(StatePaths const& paths, SteadyTime deadline);

}  // namespace decapod::cli
