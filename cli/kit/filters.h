#pragma once
// What lets git show files otherwise than they are: filters, and attributes of one clone alone.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <vector>

#include "ask_git.h"

namespace decapod::cli {

// The files below `worktree` that Git LFS keeps elsewhere, sorted. `attributes` is the path of this clone's own.
// tree_unknown: those say something, or another filter that this clone's configuration names is for some file.
Result<std::vector<std::string>> unfiltered_but_large(Surroundings& around, std::string const& worktree,
                                                      std::string const& attributes, AskGit const& git);

}  // namespace decapod::cli
