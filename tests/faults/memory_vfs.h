#pragma once
// SQLite's file access over a disk in memory; records what is done to it, and can be told to lie.

#include <sqlite3.h>

#include <functional>
#include <string>

#include "disk.h"
#include "recording.h"

namespace decapod::test {

// Defects planted below or beside the product's code, to see whether the inquest finds them.
enum class Lie : std::uint8_t {
  none,
  wal_sync_does_nothing,     // says OK: what is acknowledged then is not on the disk
  no_sync_of_recovered_wal,  // the first sync of a WAL that was there at opening says OK and does nothing
  no_directory_sync,         // a new WAL is synced, its name is not
  synchronous_normal,        // SQLite is told NORMAL, the product hears FULL
  cache_spill_on,            // SQLite keeps cache_spill on, the product hears OFF
  database_sync_does_nothing,
  no_sync_of_void_log,  // a log counts as prepared whose old header the disk still has
};

// Registered under name() while it lives. Files named `<folder>/...` are on the disk that was mounted last. The
// product looks at names, sizes and inodes of database and WAL by stat: empty files of the same names and sizes in
// `folder` (which must exist) answer that. One thread, one process: locks always succeed.
class MemoryVfs {
 public:
  MemoryVfs(std::string name, std::string folder);
  ~MemoryVfs();
  MemoryVfs(MemoryVfs const&) = delete;
  MemoryVfs& operator=(MemoryVfs const&) = delete;

  std::string const& name() const { return name_; }
  sqlite3_vfs* vfs() { return &vfs_; }

  // The disk is borrowed. Nothing may be open. `recording` may be null.
  void mount(Disk& disk, Recording* recording = nullptr);
  void tell(Lie lie) { lie_ = lie; }
  // Whatever names no file access uses this one from now on.
  void make_default() { sqlite3_vfs_register(&vfs_, 1); }
  // Asked before each operation on a file: false lets it fail, and nothing is done.
  void watch(std::function<bool()> may) { may_ = std::move(may); }
  std::int64_t shared_memory_calls() const { return shared_memory_calls_; }

  // For the functions that SQLite calls. Names are without the folder.
  std::string_view local(char const* path) const;
  Disk const& disk() const { return *disk_; }
  bool outside_has(std::string_view name) const;
  InodeNumber create(std::string_view name);
  void remove(std::string_view name);
  void change(InodeNumber inode, Change change);
  void sync(InodeNumber inode);
  void sync_directory();
  Lie lie() const { return lie_; }
  bool may() const { return !may_ || may_(); }
  void count_shared_memory() { ++shared_memory_calls_; }

 private:
  std::string outside(std::string_view name) const;
  void resize_outside(InodeNumber inode, std::uint64_t size);
  void record(Event event);

  std::string name_;
  std::string folder_;
  sqlite3_vfs vfs_{};
  Disk* disk_ = nullptr;
  Recording* recording_ = nullptr;
  Lie lie_ = Lie::none;
  std::function<bool()> may_;
  std::map<InodeNumber, std::string> names_;  // of what is mirrored outside
  std::int64_t shared_memory_calls_ = 0;
};

}  // namespace decapod::test
