#pragma once
// The gates over the state directory as the file system and git see it. They open nothing in it.

#include <decapod/base/finding.h>
#include <decapod/cli_kit/surroundings.h>

namespace decapod::validate {

// "state.permissions": codes STATE_NOT_A_DIRECTORY, STATE_OF_ANOTHER_USER, PERMISSIONS_TOO_OPEN. not_applicable where
// there is no state directory.
GateReport judge_permissions(std::string const& state_directory);

// The gate "state.database". Code: DATABASE_GONE, in the words that every other command ends with. Looked at before
// anybody opens the store.
GateReport judge_database(cli::Surroundings const& around, StatePaths const& paths);

// "state.git": codes STATE_TRACKED, STATE_NOT_IGNORED. not_applicable outside a repository, and in one that has
// neither a store nor a .decapod folder.
Result<GateReport> judge_git(cli::Surroundings& around, cli::StorePlace const& place);

}  // namespace decapod::validate
