#pragma once
// Claims and proofs on the command line.

#include <decapod/cli_kit/verb.h>

namespace decapod::health {

extern cli::VerbGroup const verbs;

}  // namespace decapod::health
