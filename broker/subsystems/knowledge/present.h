#pragma once
// Stored entries in the shape of replies.

#include "store.h"

namespace decapod::knowledge {

Brief brief(store::Database& database, store::Entry const& entry, Timestamp now);
SourceView view_of(store::Kept const& kept);
// Everything that `show` tells.
EntryView whole(contract::Context& context, store::Entry const& entry, Show const& how);

}  // namespace decapod::knowledge
