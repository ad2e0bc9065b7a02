#pragma once
#include <decapod/cli_kit/verb.h>

namespace decapod::promote {

extern cli::VerbGroup const verbs;

}  // namespace decapod::promote
