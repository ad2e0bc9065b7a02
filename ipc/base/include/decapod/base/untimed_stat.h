#pragma once
// What a file is, without when it was written.

struct stat;

namespace decapod {

// As stat() and fstat(), but leaves st_atim, st_mtim, st_ctim and the blocks as they are. Whoever asks for the times of
// a file has the next write give it a time of its own (Linux 6.13 and later: multigrain timestamps), and the sync after
// it then has an inode to write (broker/storage/README.md says what that costs). For every look at a store's log.
int untimed_stat(char const* path, struct stat* facts);
int untimed_fstat(int file, struct stat* facts);

}  // namespace decapod
