#pragma once
// Signs that a directory has held a store whose database is not there any more.

#include <decapod/base/error.h>
#include <decapod/base/state_paths.h>
#include <optional>

namespace decapod::broker {

// Corrupt, with what was found and what to do about it, if the database is gone, or is empty and something shows that
// it was not: an exported trail with records, a record of losses or of acknowledged commits, a log of commits, a store
// that a restore kept. `init` alone makes the file, so that a directory whose files are being removed one by one is
// never taken for a new one once that one is gone. As long as it is there a store that was never folded has nothing but
// its log and its witness to tell of it.
// nullopt: there is a database, or an empty file of which the first leader makes one. Opens nothing.
std::optional<Error> lost_database(StatePaths const& paths);

// Whether the database is what `init` made: no leader that may write has come since.
bool is_unfilled(StatePaths const& paths);

// What lost_database() says where something shows that there was a database: for `init`, which may make one if nothing
// does.
std::optional<Error> remembered_database(StatePaths const& paths);

}  // namespace decapod::broker
