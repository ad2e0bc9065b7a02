#pragma once
#include <decapod/cli_kit/verb.h>

namespace decapod::inspect {

extern cli::VerbGroup const verbs;

}  // namespace decapod::inspect
