#include "memory_vfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "memory_file.h"

namespace decapod::test {
namespace {

constexpr std::string_view kDatabase = "decapod.db";

MemoryVfs& owner(sqlite3_vfs* vfs) {
  return *static_cast<MemoryVfs*>(vfs->pAppData);
}
sqlite3_vfs* system_vfs() {
  return sqlite3_vfs_find("unix");
}

int vfs_open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if (path == nullptr) return SQLITE_CANTOPEN;  // temporary files: the product keeps them in memory
  auto& disk = owner(vfs);
  if (!disk.may()) return SQLITE_CANTOPEN;
  auto const name = disk.local(path);
  auto const found = disk.disk().find(name);
  bool const may_create = (flags & SQLITE_OPEN_CREATE) != 0;
  // The database's file is made by nobody but `init`.
  if (!found && !may_create && !disk.outside_has(name)) return SQLITE_CANTOPEN;
  auto const inode = found ? *found : disk.create(name);
  bool const syncs_name = !found && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  open_memory_file(file, disk, inode,
                   {.wal = (flags & SQLITE_OPEN_WAL) != 0, .made = !found, .syncs_name = syncs_name});
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs* vfs, char const* path, int sync) {
  auto& disk = owner(vfs);
  if (!disk.may()) return SQLITE_IOERR_DELETE;
  auto const name = disk.local(path);
  if (!disk.disk().find(name)) return SQLITE_IOERR_DELETE_NOENT;
  disk.remove(name);
  if (sync != 0) disk.sync_directory();
  return SQLITE_OK;
}

// SQLite calls an empty file no file, as on a real disk.
int vfs_access(sqlite3_vfs* vfs, char const* path, int flags, int* out) {
  auto const& disk = owner(vfs).disk();
  auto const found = disk.find(owner(vfs).local(path));
  *out = found && (flags != SQLITE_ACCESS_EXISTS || !disk.content(*found).empty()) ? 1 : 0;
  return SQLITE_OK;
}

int vfs_full_path(sqlite3_vfs*, char const* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}
int vfs_random(sqlite3_vfs*, int size, char* out) {
  return system_vfs()->xRandomness(system_vfs(), size, out);
}
int vfs_sleep(sqlite3_vfs*, int microseconds) {
  return microseconds;
}
int vfs_time(sqlite3_vfs*, double* out) {
  return system_vfs()->xCurrentTime(system_vfs(), out);
}
int vfs_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

// An empty file of this size: nothing but a hole.
void have_file(std::string const& path, std::uint64_t size) {
  struct stat found {};
  if (stat(path.c_str(), &found) == 0) {
    if (static_cast<std::uint64_t>(found.st_size) == size) return;
    if (::truncate(path.c_str(), static_cast<off_t>(size)) != 0) throw std::runtime_error("cannot resize " + path);
    return;
  }
  int const file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, static_cast<off_t>(size)) != 0) throw std::runtime_error("cannot make " + path);
  close(file);
}

}  // namespace

MemoryVfs::MemoryVfs(std::string name, std::string folder) : name_(std::move(name)), folder_(std::move(folder)) {
  vfs_.iVersion = 1;
  vfs_.szOsFile = memory_file_size();
  vfs_.mxPathname = system_vfs()->mxPathname;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = vfs_open;
  vfs_.xDelete = vfs_delete;
  vfs_.xAccess = vfs_access;
  vfs_.xFullPathname = vfs_full_path;
  vfs_.xRandomness = vfs_random;
  vfs_.xSleep = vfs_sleep;
  vfs_.xCurrentTime = vfs_time;
  vfs_.xGetLastError = vfs_last_error;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("cannot register the disk in memory");
}

MemoryVfs::~MemoryVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

void MemoryVfs::mount(Disk& disk, Recording* recording) {
  disk_ = &disk;
  recording_ = recording;
  names_.clear();
  for (std::string_view const name : {kDatabase, std::string_view("decapod.db-wal")}) {
    auto const found = disk.find(name);
    if (found) {
      names_.emplace(*found, outside(name));
      have_file(outside(name), disk.content(*found).size());
    } else if (name == kDatabase) {
      have_file(outside(name), 0);  // `init` has made it, and its name is synced
    } else {
      unlink(outside(name).c_str());
    }
  }
}

std::string MemoryVfs::outside(std::string_view name) const {
  return folder_ + '/' + std::string(name);
}

std::string_view MemoryVfs::local(char const* path) const {
  std::string_view const text(path);
  return text.substr(std::min(text.size(), folder_.size() + 1));
}

bool MemoryVfs::outside_has(std::string_view name) const {
  return access(outside(name).c_str(), F_OK) == 0;
}

void MemoryVfs::record(Event event) {
  if (recording_ != nullptr) recording_->push_back(std::move(event));
}

InodeNumber MemoryVfs::create(std::string_view name) {
  record({.kind = EventKind::create, .inode = 0, .name = std::string(name), .change = {}});
  auto const inode = disk_->create(std::string(name));
  names_.emplace(inode, outside(name));
  have_file(outside(name), 0);
  return inode;
}

void MemoryVfs::remove(std::string_view name) {
  record({.kind = EventKind::remove, .inode = 0, .name = std::string(name), .change = {}});
  names_.erase(disk_->find(name).value());
  disk_->remove(name);
  unlink(outside(name).c_str());
}

void MemoryVfs::change(InodeNumber inode, Change change) {
  record({.kind = EventKind::change, .inode = inode, .name = {}, .change = change});
  auto const before = disk_->content(inode).size();
  disk_->change(inode, std::move(change));
  if (auto const after = disk_->content(inode).size(); after != before) resize_outside(inode, after);
}

void MemoryVfs::resize_outside(InodeNumber inode, std::uint64_t size) {
  auto const mirrored = names_.find(inode);
  if (mirrored == names_.end()) return;
  // Another program may have taken the name away.
  static_cast<void>(::truncate(mirrored->second.c_str(), static_cast<off_t>(size)) == 0);
}

void MemoryVfs::sync(InodeNumber inode) {
  record({.kind = EventKind::sync, .inode = inode, .name = {}, .change = {}});
  disk_->sync(inode);
}

void MemoryVfs::sync_directory() {
  if (lie_ == Lie::no_directory_sync) return;
  record({.kind = EventKind::sync_directory, .inode = 0, .name = {}, .change = {}});
  disk_->sync_directory();
}

}  // namespace decapod::test
