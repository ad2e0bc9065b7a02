#pragma once
#include <decapod/cli_kit/verb.h>

namespace decapod::validate {

extern cli::VerbGroup const verbs;

}  // namespace decapod::validate
