#pragma once
// Excerpts as a revision of the repository gives them, from its objects and never from the worktree.

#include <decapod/capsule/capsule.h>
#include <decapod/cli_kit/revision.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace decapod::capsule {

// The worktree that the command runs in, or the main one; "" outside a repository.
std::string worktree_of(cli::Surroundings& around);

struct Inputs {
  std::string topic;
  std::int64_t limit = 0;
  std::string policy;                  // hex
  std::vector<std::string> documents;  // globs
};

// In both, `worktree` is absolute. Errors: too_large (the scope has more documents, or more text, than is read); those
// of cli_kit/revision.h.

Result<Material> take_material(cli::Surroundings& around, std::string const& worktree, Revision revision,
                               Inputs const& inputs);
// What the inputs of this capsule give at its own revision; nullopt if this clone does not have that.
Result<std::optional<Material>> take_again(cli::Surroundings& around, std::string const& worktree,
                                           Capsule const& capsule);

}  // namespace decapod::capsule
