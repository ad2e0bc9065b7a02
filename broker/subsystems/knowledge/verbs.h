#pragma once
// What is known, on the command line.

#include <decapod/cli_kit/verb.h>

namespace decapod::knowledge {

extern cli::VerbGroup const verbs;

}  // namespace decapod::knowledge
