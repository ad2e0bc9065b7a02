#pragma once
// The backlog on the command line.

#include <decapod/cli_kit/verb.h>

namespace decapod::todo {

extern cli::VerbGroup const verbs;

}  // namespace decapod::todo
