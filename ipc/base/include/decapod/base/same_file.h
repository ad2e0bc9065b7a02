#pragma once
// Which file something is, whatever its names.

#include <decapod/base/result.h>
#include <decapod/base/state_paths.h>

#include <string>

struct stat;

namespace decapod {

// The same inode of the same device. Of files that are there: the numbers of one that is gone are given out anew.
bool same_file(struct stat const& one, struct stat const& other);

// What stands at `path` now, links followed, is `file`.
bool is_at(std::string const& path, struct stat const& file);

// refused: `file`, which was found at `path`, is the database, its log or its index. Whoever opens and closes one of
// them beside SQLite drops the locks that this process has on it.
Result<void> check_foreign(std::string const& path, struct stat const& file, StatePaths const& store);

}  // namespace decapod
