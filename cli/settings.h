#pragma once
// What the environment and .decapod/config.toml set for the store of a command.

#include "invocation.h"
#include "session.h"

#include <decapod/election/filesystem.h>

namespace decapod::cli {

// The .decapod/config.toml of a worktree.
std::string config_path(std::string const& worktree);

// [store] allow_unreliable_locks in the main worktree's. A file that cannot be understood allows nothing, and keeps no
// command from a store that needs no leave: doctor names it.
election::Unreliable unreliable_locks(StorePlace const& place);

// Bad values in the environment are usage errors: a misspelt idle time must not pass for the default.
Result<BrokerSettings> broker_settings(Invocation const& invocation, StorePlace const& place);

}  // namespace decapod::cli
