#pragma once
// One command from start to exit status.

#include "invocation.h"

#include <decapod/cli_kit/verb.h>

#include <functional>
#include <span>

namespace decapod::cli {

// Called with the exit status once everything is printed, and before anything that a request has used is destroyed.
using End = std::function<void(int status)>;

// `groups` are the subsystems'; the verbs of their own are added here. Prints, and returns the exit status, also if
// `end` returns. A worker whose device hung may have been left behind (broker::serve_queued): then the process must not
// outlive `end`, since the worker uses what is destroyed after it.
int run_command(Invocation const& invocation, std::span<VerbGroup const* const> groups, End const& end);

}  // namespace decapod::cli
