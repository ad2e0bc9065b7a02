#pragma once
// What git says of the artifacts that a promotion rests on.

#include <decapod/cli_kit/subject_tree.h>
#include <decapod/promote/facts.h>

#include <set>
#include <string>
#include <vector>

namespace decapod::promote {

// SHA-256 of a file that decapod writes to be committed, at the commit and in the worktree.
Result<Written> written_file(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                             std::string id, std::string const& path);
Result<std::vector<Reached>> reached_from(cli::Surroundings& around, std::string const& worktree,
                                          std::string const& head, std::set<std::string> const& commits);
// Whether `commit` is `head` or in its history.
Result<Ancestor> is_ancestor(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                             std::string const& head);

}  // namespace decapod::promote
