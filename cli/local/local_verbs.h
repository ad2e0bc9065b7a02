#pragma once
// The verbs that need no broker: `decapod init`, `decapod where`, ...

#include "work.h"

namespace decapod::cli {

// The group named "": its verbs stand alone on the command line.
VerbGroup const& local_group();

// What does the work of a verb of that group; null for every other type.
LocalWork local_work(RequestType const& type);

}  // namespace decapod::cli
