#pragma once
// Whether the files that git converts on their way in are what it would check out again. Where they are not, a tree
// says something else than what is there: `$Id: anything $` is `$Id$` to it, and a line end is a line end.

#include <decapod/base/result.h>

#include <functional>
#include <set>
#include <string>

#include "ask_git.h"

namespace decapod::cli {

// The bytes of a file, named from the root of the worktree.
using ReadFile = std::function<Result<std::string>(std::string const& path)>;

// `git` sees the index that holds the files as they were added. tree_unknown: names the first file that is another one
// than its checkout would be. Those of `but` are not looked at: no filter may run.
Result<void> check_conversions(AskGit const& git, ReadFile const& read, std::set<std::string> const& but);

}  // namespace decapod::cli
