#pragma once
// An open file of MemoryVfs.

#include <sqlite3.h>

#include "memory_vfs.h"

namespace decapod::test {

struct OpenedAs {
  bool wal = false;
  bool made = false;        // it was not there before
  bool syncs_name = false;  // its first sync syncs the directory too, as SQLite's own file access does
};

int memory_file_size();
// Fills `file`, which has memory_file_size() bytes.
void open_memory_file(sqlite3_file* file, MemoryVfs& owner, InodeNumber inode, OpenedAs as);

}  // namespace decapod::test
