#pragma once
// Reading the files that entries rest on: before the lock for `add` and `list`, after the answer for `verify`.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/knowledge/queries.h>

namespace decapod::knowledge {

// Each file of `provenance` becomes relative to the repository, and its digest goes into `digests`; a commit becomes
// its whole hash.
Result<void> gather_sources(cli::Surroundings& around, json::object& arguments);
// `path` becomes relative to the repository.
Result<void> gather_path(cli::Surroundings& around, json::object& arguments);
// Fills in how each file of the reply has drifted in the worktree that the command runs in. Outside of one they stay
// unchecked.
Result<void> check_files(cli::Surroundings& around, json::object const& arguments, json::object& reply);

}  // namespace decapod::knowledge
