#pragma once

#include <decapod/base/result.h>

#include <functional>
#include <string>
#include <vector>

namespace decapod::cli {

// Runs git in a worktree, on an index that whoever gives this has chosen; what it printed.
using AskGit = std::function<Result<std::string>(std::vector<std::string> arguments)>;

}  // namespace decapod::cli
