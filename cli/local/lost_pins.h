#pragma once
// Pins in the tree that name a store which this clone had, and which is not the one that is here.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// Their paths, from the main worktree. `present`: the UUID of the store that is here; "": there is none. A pin of a
// store that was never in this clone was brought along by it, and is not told. What cannot be read is left to
// `validate`.
std::vector<std::string> pins_of_lost_stores(Surroundings& around, StorePlace const& place, std::string_view present);

// What to do about one of them: a sentence with two commands.
std::string way_out(std::string const& pin);

}  // namespace decapod::cli
