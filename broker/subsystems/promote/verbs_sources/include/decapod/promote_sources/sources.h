#pragma once
// The lines that an entry of knowledge rests on, as a commit has them.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/knowledge/views.h>
#include <decapod/promote/facts.h>

#include <string>
#include <vector>

namespace decapod::promote {

// Of each file in the provenance, from git's objects and never from the worktree. `worktree` is absolute.
Result<std::vector<Seen>> sources_at(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                                     std::vector<knowledge::SourceView> const& provenance);

}  // namespace decapod::promote
