#pragma once
// What one can tell of a store's log of commits (its WAL) without opening the store.

#include <string>

namespace decapod::storage {

// Whether the log at `path` may hold commits. False: nothing is there, it is empty, or a broker marked it as left
// without any. Takes no lock, and drops none.
bool log_holds_commits(std::string const& path);

}  // namespace decapod::storage
