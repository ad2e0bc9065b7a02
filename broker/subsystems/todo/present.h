#pragma once
// Stored items in the shape of replies. An item whose lease has ended is presented as open.

#include <decapod/base/clock.h>
#include <decapod/todo/queries.h>

#include "store.h"

namespace decapod::todo {

std::string item_key(std::string_view id);  // "todo/item/t-4k2m", as audit records name it

// The status that a caller sees, and the claim if it is in force.
Status shown_status(store::Item const& item, Instant const& now);
rules::Holding const* claim_in_force(store::Item const& item, Instant const& now);

Brief brief(store::Item const& item, Instant const& now);
std::vector<Brief> briefs(std::vector<store::Item> const& items, Instant const& now);

// Everything that `show` tells.
ItemView whole(contract::Context& context, store::Item const& item, Show const& how);

}  // namespace decapod::todo
