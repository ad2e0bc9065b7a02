#pragma once
// Signs that a directory has held a store whose database is not there any more.

#include <decapod/base/error.h>
#include <decapod/base/state_paths.h>
#include <optional>

namespace decapod::broker {

// Corrupt, with what was found and what to do about it, if the database is gone (or empty) and something shows that
// there was one: an exported trail with records, a record of losses or of acknowledged
// commits, a log of commits, a store that a restore kept.
// nullopt: the database is there, or nothing tells of an earlier one, so that a new store may be made. Opens nothing.
std::optional<Error> lost_database(StatePaths const& paths);

}  // namespace decapod::broker
