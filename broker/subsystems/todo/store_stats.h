#pragma once
// The answer to `stats`: what the tally says, corrected by what the clock alone has changed since.

#include <decapod/todo/queries.h>

#include "store.h"

namespace decapod::todo::store {

// Looks at 5,000 claims for their holders, at 5,000 ended leases by each of their two clocks, and at 100,000 entries of
// the index of deferrals in each direction, however many items there are.
StatsReply stats(Database& database, Instant const& now);

}  // namespace decapod::todo::store
