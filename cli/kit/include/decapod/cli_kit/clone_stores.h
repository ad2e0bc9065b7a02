#pragma once
// Which stores were made in this clone: a list in git's own directory, which no clone copies. A pin whose store is in
// it must find that store here.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <vector>

namespace decapod::cli {

// UUIDs, oldest first; none outside a repository. `worktree` is absolute.
Result<std::vector<std::string>> stores_made_here(Surroundings& around, std::string const& worktree);
// Adds one that is not in it; does nothing outside a repository. Errors: as Surroundings::write.
Result<void> remember_store(Surroundings& around, std::string const& worktree, std::string const& store_uuid);

}  // namespace decapod::cli
