#include "memory_file.h"

#include <decapod/storage/database.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace decapod::test {
namespace {

constexpr int kSectorSize = 4096;
constexpr std::uint64_t kPage = 4096;

struct File {
  sqlite3_file base;
  MemoryVfs* owner;
  InodeNumber inode;
  OpenedAs as;
  int syncs;
};

File& self(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}
std::string const& content(sqlite3_file* file) {
  return self(file).owner->disk().content(self(file).inode);
}

int file_close(sqlite3_file*) {
  return SQLITE_OK;
}

int file_read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  if (!self(file).owner->may()) return SQLITE_IOERR_READ;
  auto const& bytes = content(file);
  auto const from = std::min(bytes.size(), static_cast<std::size_t>(at));
  auto const there = std::min(bytes.size() - from, static_cast<std::size_t>(size));
  std::memcpy(to, bytes.data() + from, there);
  if (there == static_cast<std::size_t>(size)) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + there, 0, static_cast<std::size_t>(size) - there);
  return SQLITE_IOERR_SHORT_READ;
}

// A kernel writes each of its pages back by itself, whatever they were written with.
int file_write(sqlite3_file* file, void const* from, int size, sqlite3_int64 at) {
  if (!self(file).owner->may()) return SQLITE_IOERR_WRITE;
  std::string_view left(static_cast<char const*>(from), static_cast<std::size_t>(size));
  for (auto place = static_cast<std::uint64_t>(at); !left.empty();) {
    auto const part = left.substr(0, kPage - place % kPage);
    self(file).owner->change(self(file).inode, {.kind = ChangeKind::write, .at = place, .data = std::string(part)});
    left.remove_prefix(part.size());
    place += part.size();
  }
  return SQLITE_OK;
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (!self(file).owner->may()) return SQLITE_IOERR_TRUNCATE;
  if (content(file).size() == static_cast<std::size_t>(size)) return SQLITE_OK;
  self(file).owner->change(self(file).inode,
                           {.kind = ChangeKind::truncate, .at = static_cast<std::uint64_t>(size), .data = {}});
  return SQLITE_OK;
}

// Whose header was made void, so that it can be left prepared.
bool is_void(std::string const& log) {
  constexpr std::size_t kHeader = 32;
  return log.size() > kHeader && log.find_first_not_of('\0') >= kHeader;
}

bool swallowed(File const& file) {
  switch (file.owner->lie()) {
    case Lie::wal_sync_does_nothing:
      return file.as.wal;
    case Lie::no_sync_of_recovered_wal:
      return file.as.wal && !file.as.made && file.syncs == 1;
    case Lie::no_sync_of_void_log:
      return file.as.wal && is_void(file.owner->disk().content(file.inode));
    case Lie::database_sync_does_nothing:
      return !file.as.wal && !file.as.syncs_name;
    case Lie::none:
    case Lie::no_directory_sync:
    case Lie::synchronous_normal:
    case Lie::cache_spill_on:
      return false;
  }
  return false;
}

int file_sync(sqlite3_file* file, int /*flags*/) {
  auto& opened = self(file);
  if (!opened.owner->may()) return SQLITE_IOERR_FSYNC;
  ++opened.syncs;
  if (swallowed(opened)) return SQLITE_OK;
  opened.owner->sync(opened.inode);
  if (opened.as.syncs_name) opened.owner->sync_directory();
  opened.as.syncs_name = false;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(content(file).size());
  return SQLITE_OK;
}
int file_lock(sqlite3_file*, int) {
  return SQLITE_OK;
}
int file_check_lock(sqlite3_file*, int* held) {
  *held = 0;
  return SQLITE_OK;
}

// PRAGMA name=value on its way to SQLite. SQLITE_NOTFOUND lets SQLite carry it out; SQLITE_OK answers with text[0].
int tamper_with_pragma(Lie lie, char** text) {
  std::string_view const name(text[1]);
  if (lie == Lie::synchronous_normal && name == "synchronous") {
    if (text[2] != nullptr) {
      std::strcpy(text[2], "1");
      return SQLITE_NOTFOUND;
    }
    text[0] = sqlite3_mprintf("2");
    return SQLITE_OK;
  }
  if (lie == Lie::cache_spill_on && name == "cache_spill") {
    text[0] = sqlite3_mprintf("0");
    return SQLITE_OK;
  }
  return SQLITE_NOTFOUND;
}

int file_control(sqlite3_file* file, int operation, void* argument) {
  switch (operation) {
    case SQLITE_FCNTL_HAS_MOVED:
    case SQLITE_FCNTL_LAST_ERRNO:
      *static_cast<int*>(argument) = 0;
      return SQLITE_OK;
    case storage::kSyncDirectoryControl:
      if (!self(file).owner->may()) return SQLITE_IOERR_DIR_FSYNC;
      self(file).owner->sync_directory();
      return SQLITE_OK;
    case SQLITE_FCNTL_MMAP_SIZE:
      *static_cast<sqlite3_int64*>(argument) = 0;
      return SQLITE_OK;
    case SQLITE_FCNTL_PRAGMA:
      return tamper_with_pragma(self(file).owner->lie(), static_cast<char**>(argument));
    default:
      return SQLITE_NOTFOUND;
  }
}

int file_sector_size(sqlite3_file*) {
  return kSectorSize;
}
int file_traits(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;  // as SQLite's own file access says on Linux
}

// With EXCLUSIVE locking there is no shared memory. Whoever asks for it is counted and gets none.
int shm_map(sqlite3_file* file, int, int, int, void volatile**) {
  self(file).owner->count_shared_memory();
  return SQLITE_IOERR_SHMMAP;
}
int shm_lock(sqlite3_file*, int, int, int) {
  return SQLITE_IOERR_SHMLOCK;
}
void shm_barrier(sqlite3_file*) {}
int shm_unmap(sqlite3_file*, int) {
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {
    2,         file_close,  file_read,       file_write,   file_truncate,    file_sync,   file_size,
    file_lock, file_lock,   file_check_lock, file_control, file_sector_size, file_traits, shm_map,
    shm_lock,  shm_barrier, shm_unmap,       nullptr,      nullptr};

}  // namespace

int memory_file_size() {
  return static_cast<int>(sizeof(File));
}

void open_memory_file(sqlite3_file* file, MemoryVfs& owner, InodeNumber inode, OpenedAs as) {
  new (file) File{.base = {&kMethods}, .owner = &owner, .inode = inode, .as = as, .syncs = 0};
}

}  // namespace decapod::test
