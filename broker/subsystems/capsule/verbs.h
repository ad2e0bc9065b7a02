#pragma once
#include <decapod/cli_kit/verb.h>

namespace decapod::capsule {

extern cli::VerbGroup const verbs;

}  // namespace decapod::capsule
