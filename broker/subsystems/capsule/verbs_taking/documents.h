#pragma once
// The documents of a scope at a revision.

#include <decapod/capsule/capsule.h>
#include <decapod/capsule_selection/select.h>
#include <decapod/cli_kit/revision.h>

#include <string>
#include <vector>

namespace decapod::capsule {

struct Documents {
  std::vector<Document> all;      // by path
  std::vector<LeftOut> left_out;  // the first kLeftOutShown of them, by path
  std::int64_t left_out_total = 0;
};

// Of the files that git tracks at this revision, those that the globs cover. Links are followed nowhere. Errors:
// too_large; those of cli_kit/revision.h.
Result<Documents> documents_at(cli::Surroundings& around, std::string const& worktree, Revision const& revision,
                               std::vector<std::string> const& globs);

}  // namespace decapod::capsule
