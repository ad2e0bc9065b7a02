#pragma once
// Runs git as a child: bounded in time and output, with nothing of ours inherited.

#include <decapod/base/clock.h>
#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <vector>

namespace decapod::cli {

inline constexpr std::size_t kGitOutputBytes = 64 * 1024 * 1024;

// `environment` as "NAME=value"; what would aim git at another repository (GIT_DIR and its like) is left out. Standard
// input is null. timeout if it does not end in time (it is killed); too_large beyond kGitOutputBytes.
Result<Finished> run_git(std::string const& directory, std::vector<std::string> const& arguments,
                         std::vector<std::string> const& environment, SteadyTime deadline, GitAside const& aside = {});

// Those variables in `environment` that would move git to another repository, by name, "GIT_DIR, GIT_WORK_TREE"; "" if
// none is set. decapod follows none of them: its store is that of the directory it runs in.
std::string ignored_git_variables(std::vector<std::string> const& environment);

}  // namespace decapod::cli
