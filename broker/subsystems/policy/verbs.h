#pragma once
#include <decapod/cli_kit/verb.h>

namespace decapod::policy {

extern cli::VerbGroup const verbs;

}  // namespace decapod::policy
