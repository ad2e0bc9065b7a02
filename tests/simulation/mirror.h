#pragma once
// A planted defect: a shared read of the counters that says it belongs to another logical database, so that no write
// makes its cached result go.

#include <counter_subsystem.h>

namespace decapod::sim {

// The counters, and "mirror.peek".
broker::Directory mirrored_counters();

}  // namespace decapod::sim
