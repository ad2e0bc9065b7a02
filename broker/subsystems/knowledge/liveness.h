#pragma once
// Only what is live may become something else.

#include "store.h"

namespace decapod::knowledge {

// bad_transition, unless the entry is live now; the details name the entry that took its place.
Result<void> check_live(contract::Context& context, store::Entry const& entry);

}  // namespace decapod::knowledge
