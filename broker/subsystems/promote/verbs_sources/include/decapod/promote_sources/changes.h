#pragma once
// What a promotion changes, as git knows it: for whoever tells it to a store, and whoever holds a bundle against it.

#include <decapod/cli_kit/subject_tree.h>
#include <decapod/promote/facts.h>

#include <string>

namespace decapod::promote {

// Fills Told::paths and Told::complete with what differs between Told::base and `commit`, of which `trees` has named
// the tree: every path of the trees, then the pins. Not complete: git cannot tell, there are too many, or some are no
// text.
void add_paths(cli::SubjectTrees& trees, std::string const& commit, std::string const& tree, Told& told);

}  // namespace decapod::promote
