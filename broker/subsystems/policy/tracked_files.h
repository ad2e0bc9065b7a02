#pragma once
// The files of the main worktree that lie beside the store. `validate` reads them, on a copy of the store in the
// process that asks: no broker reads a file of the tree.

#include <optional>
#include <string>

namespace decapod::policy {

// nullopt: it is not there, or no regular file. `state_directory` is the store's.
std::optional<std::string> proposal_beside(std::string const& state_directory);
// The first line of .decapod/operator.pub.
std::optional<std::string> published_key(std::string const& state_directory);

}  // namespace decapod::policy
