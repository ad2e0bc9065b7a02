#pragma once
// A capsule as a tracked file.

#include <decapod/cli_kit/surroundings.h>

namespace decapod::capsule {

// After an issue with `write`: .decapod/capsules/<id>.json in the worktree, put in its place in one step. Sets
// IssueReply::file. Errors: refused (a link stands where the folder belongs); those of Surroundings::call and write.
Result<void> write_file(cli::Surroundings& around, json::object const& arguments, json::object& reply);

}  // namespace decapod::capsule
