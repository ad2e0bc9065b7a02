#pragma once
// What a file is, without when it was written.

struct stat;

namespace decapod::storage {

// As stat() and fstat(), but leaves st_atim, st_mtim, st_ctim and the blocks as they are. Whoever asks for the times of
// a file has the next write give it a time of its own (Linux 6.13 and later: multigrain timestamps), and the sync after
// it then has an inode to write. A log that is looked at around each of its syncs pays a third of a sync for that.
int untimed_stat(char const* path, struct stat* facts);
int untimed_fstat(int file, struct stat* facts);

// So that SQLite looks at its files like that. Once for the process, before or between its accesses.
void look_untimed();

}  // namespace decapod::storage
