#pragma once
// Which git repository a directory belongs to, found by reading what git left there; no git process is started.

#include <decapod/base/result.h>

#include <optional>
#include <string>

namespace decapod::cli {

// All paths absolute, without symbolic links.
struct Repository {
  std::string worktree;       // that the directory is in; "" inside a bare repository or a git directory
  std::string git_dir;        // of that worktree
  std::string common_dir;     // what all worktrees share
  std::string main_worktree;  // "" if there is none, or none that every worktree would agree on
};

// nullopt: not in a repository. Errors (refused): a .git file that leads nowhere.
Result<std::optional<Repository>> find_repository(std::string const& directory);

}  // namespace decapod::cli
