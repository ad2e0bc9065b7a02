#pragma once
// One command from start to exit status.

#include "invocation.h"

#include <decapod/cli_kit/verb.h>

#include <span>

namespace decapod::cli {

// `groups` are the subsystems'; the verbs of their own are added here. Prints, and returns the exit status.
int run_command(Invocation const& invocation, std::span<VerbGroup const* const> groups);

}  // namespace decapod::cli
