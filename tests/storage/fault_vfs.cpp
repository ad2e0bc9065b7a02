#include "fault_vfs.h"

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace decapod::test {
namespace {

// What SQLite holds for an open file; the file below follows it in the same memory.
struct File {
  sqlite3_file base;
  FaultVfs* owner;
  FileKind kind;
  sqlite3_file* below;
};

File& self(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}
sqlite3_file* below(sqlite3_file* file) {
  return self(file).below;
}

Verdict enter(sqlite3_file* file, FileOperation operation) {
  return self(file).owner->enter(operation, self(file).kind);
}

int file_close(sqlite3_file* file) {
  return below(file)->pMethods->xClose(below(file));
}
int file_read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  auto const verdict = enter(file, FileOperation::read);
  if (verdict.code == SQLITE_OK) return below(file)->pMethods->xRead(below(file), to, size, at);
  if (verdict.halfway == Halfway::half) {
    below(file)->pMethods->xRead(below(file), to, size / 2, at);
    std::memset(static_cast<char*>(to) + size / 2, 0, static_cast<std::size_t>(size - size / 2));
  }
  return verdict.code;
}
int file_write(sqlite3_file* file, void const* from, int size, sqlite3_int64 at) {
  auto const verdict = enter(file, FileOperation::write);
  if (verdict.code == SQLITE_OK) {
    int const code = below(file)->pMethods->xWrite(below(file), from, size, at);
    self(file).owner->wrote();
    return code;
  }
  if (verdict.halfway == Halfway::half) below(file)->pMethods->xWrite(below(file), from, size / 2, at);
  return verdict.code;
}
int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (int const code = enter(file, FileOperation::truncate).code; code != SQLITE_OK) return code;
  return below(file)->pMethods->xTruncate(below(file), size);
}
int file_sync(sqlite3_file* file, int flags) {
  if (int const code = enter(file, FileOperation::sync).code; code != SQLITE_OK) return code;
  return below(file)->pMethods->xSync(below(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return below(file)->pMethods->xFileSize(below(file), size);
}
int file_lock(sqlite3_file* file, int level) {
  if (int const code = enter(file, FileOperation::lock).code; code != SQLITE_OK) return code;
  return below(file)->pMethods->xLock(below(file), level);
}
int file_unlock(sqlite3_file* file, int level) {
  return below(file)->pMethods->xUnlock(below(file), level);
}
int file_check_lock(sqlite3_file* file, int* held) {
  return below(file)->pMethods->xCheckReservedLock(below(file), held);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
  if (operation == SQLITE_FCNTL_LAST_ERRNO && self(file).owner->fired()) {
    *static_cast<int*>(argument) = self(file).owner->last_os_error();
    return SQLITE_OK;
  }
  return below(file)->pMethods->xFileControl(below(file), operation, argument);
}
int file_sector_size(sqlite3_file* file) {
  return below(file)->pMethods->xSectorSize(below(file));
}
int file_traits(sqlite3_file* file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file));
}
int file_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  if (int const code = enter(file, FileOperation::shm_map).code; code != SQLITE_OK) return code;
  return below(file)->pMethods->xShmMap(below(file), region, size, extend, memory);
}
int file_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void file_shm_barrier(sqlite3_file* file) {
  below(file)->pMethods->xShmBarrier(below(file));
}
int file_shm_unmap(sqlite3_file* file, int remove) {
  return below(file)->pMethods->xShmUnmap(below(file), remove);
}

// Version 2: with shared memory, without memory-mapped pages.
constexpr sqlite3_io_methods kMethods = {
    2,           file_close,   file_read,     file_write,       file_truncate,  file_sync,
    file_size,   file_lock,    file_unlock,   file_check_lock,  file_control,   file_sector_size,
    file_traits, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, nullptr,
    nullptr};

FaultVfs& owner(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs*>(vfs->pAppData);
}

FileKind kind_of(int flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return FileKind::database;
  if ((flags & SQLITE_OPEN_WAL) != 0) return FileKind::wal;
  return FileKind::any;
}

int vfs_open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto& faults = owner(vfs);
  file->pMethods = nullptr;
  if (int const code = faults.enter(FileOperation::open, kind_of(flags)).code; code != SQLITE_OK) return code;
  auto& opened = self(file);
  opened.owner = &faults;
  opened.kind = kind_of(flags);
  opened.below = reinterpret_cast<sqlite3_file*>(&opened + 1);
  int const code = faults.below()->xOpen(faults.below(), name, opened.below, flags, out_flags);
  if (opened.below->pMethods != nullptr) file->pMethods = &kMethods;
  return code;
}

int vfs_last_error(sqlite3_vfs* vfs, int /*size*/, char* /*text*/) {
  return owner(vfs).last_os_error();
}

int vfs_delete(sqlite3_vfs* vfs, char const* name, int sync) {
  auto const kind = std::string_view(name).ends_with("-wal") ? FileKind::wal : FileKind::any;
  if (int const code = owner(vfs).enter(FileOperation::remove, kind).code; code != SQLITE_OK) return code;
  return owner(vfs).below()->xDelete(owner(vfs).below(), name, sync);
}
int vfs_access(sqlite3_vfs* vfs, char const* name, int flags, int* out) {
  return owner(vfs).below()->xAccess(owner(vfs).below(), name, flags, out);
}
int vfs_full_path(sqlite3_vfs* vfs, char const* name, int size, char* out) {
  return owner(vfs).below()->xFullPathname(owner(vfs).below(), name, size, out);
}
int vfs_random(sqlite3_vfs* vfs, int size, char* out) {
  return owner(vfs).below()->xRandomness(owner(vfs).below(), size, out);
}
int vfs_sleep(sqlite3_vfs* vfs, int microseconds) {
  return owner(vfs).below()->xSleep(owner(vfs).below(), microseconds);
}
int vfs_time(sqlite3_vfs* vfs, double* out) {
  return owner(vfs).below()->xCurrentTime(owner(vfs).below(), out);
}
int vfs_time64(sqlite3_vfs* vfs, sqlite3_int64* out) {
  return owner(vfs).below()->xCurrentTimeInt64(owner(vfs).below(), out);
}

}  // namespace

FaultVfs::FaultVfs(std::string name, sqlite3_vfs* below) : name_(std::move(name)), below_(below) {
  vfs_.iVersion = 2;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + below_->szOsFile;
  vfs_.mxPathname = below_->mxPathname;
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
  vfs_.xCurrentTimeInt64 = vfs_time64;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("cannot register the fault layer");
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

void FaultVfs::inject(Fault fault) {
  fault_ = fault;
  fired_ = false;
}

std::int64_t FaultVfs::count(FileOperation operation, FileKind kind) const {
  auto const& counts = counts_[static_cast<std::size_t>(operation)];
  if (kind != FileKind::any) return counts[static_cast<std::size_t>(kind)];
  return counts[0] + counts[1] + counts[2];
}

void FaultVfs::meanwhile(Fault where, std::function<void()> act) {
  inject(where);
  act_ = std::move(act);
}

Verdict FaultVfs::enter(FileOperation operation, FileKind kind) {
  ++counts_[static_cast<std::size_t>(operation)][static_cast<std::size_t>(kind)];
  if (operation == FileOperation::sync && sync_delay_.count() > 0) std::this_thread::sleep_for(sync_delay_);
  if (!fault_ || (fault_->operation != FileOperation::any && fault_->operation != operation)) return {};
  if (fault_->file != FileKind::any && fault_->file != kind) return {};
  if (--fault_->at > 0) return {};
  fired_ = true;
  last_os_error_ = fault_->os_error;
  if (act_) {
    bool const later = fault_->moment == Moment::after;
    fault_.reset();
    if (later) {
      act_after_ = std::exchange(act_, nullptr);
    } else {
      std::exchange(act_, nullptr)();
    }
    return {};
  }
  Verdict const verdict{.code = fault_->code, .halfway = fault_->halfway};
  if (fault_->repeat == Repeat::gone) {
    fault_->operation = FileOperation::any;
    fault_->file = FileKind::any;
  }
  if (fault_->repeat == Repeat::once) fault_.reset();
  return verdict;
}

void FaultVfs::wrote() {
  if (act_after_) std::exchange(act_after_, nullptr)();
}

}  // namespace decapod::test
