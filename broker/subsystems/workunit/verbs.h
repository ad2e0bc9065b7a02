#pragma once
// Work units on the command line.

#include <decapod/cli_kit/verb.h>

namespace decapod::workunit {

extern cli::VerbGroup const verbs;

}  // namespace decapod::workunit
