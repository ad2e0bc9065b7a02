#pragma once
// What the trail of mutations confirms of an entry: that it says what it said, and that a promotion made it procedural.

#include <decapod/contract/commits.h>

#include "store.h"

namespace decapod::knowledge {

// The digest of what the stored entry says, made anew.
Sha256 digest_of_stored(store::Database& database, store::Entry const& entry);

// marker_unconfirmed: no commit added an entry of this id that says exactly this.
Result<void> confirm_words(contract::Context& context, store::Entry const& entry);

// The commit that promoted the entry, which is procedural. marker_unconfirmed: that is no promotion of it.
Result<contract::Commit> confirm_promotion(contract::Context& context, store::Entry const& entry);

}  // namespace decapod::knowledge
