#pragma once
// What `decapod doctor` says of .decapod/config.toml.

#include "doctor.h"

#include "catalogue.h"

namespace decapod::cli {

// Of the part that commands take from the main worktree's file, and of the parts that subsystems take from the file of
// the worktree here, which may be another one. A problem for each that its reader would refuse; else one that is good.
std::vector<Check> check_configuration(Catalogue const& catalogue, StorePlace const& place);

}  // namespace decapod::cli
