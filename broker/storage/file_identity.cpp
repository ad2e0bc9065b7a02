#include "file_identity.h"

#include <decapod/base/untimed_stat.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

namespace decapod::storage {

std::optional<FileIdentity> identify(std::string const& path) {
  struct stat found {};
  if (untimed_stat(path.c_str(), &found) != 0 || found.st_nlink == 0) return std::nullopt;
  return FileIdentity{.device = found.st_dev, .inode = found.st_ino};
}

std::optional<FileStamp> stamp(std::string const& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  auto const nanoseconds = [](timespec const& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return FileStamp{
      .modified_ns = nanoseconds(found.st_mtim), .changed_ns = nanoseconds(found.st_ctim), .size = found.st_size};
}

std::optional<std::int64_t> file_size(std::string const& path) {
  struct stat found {};
  return untimed_stat(path.c_str(), &found) == 0 ? std::optional(found.st_size) : std::nullopt;
}

StoreFiles::StoreFiles(std::string database, std::string wal)
    : database_(std::move(database)),
      wal_(std::move(wal)),
      database_identity_(identify(database_)),
      wal_identity_(identify(wal_)) {}

bool StoreFiles::unchanged() const {
  return database_identity_ && identify(database_) == database_identity_ && identify(wal_) == wal_identity_;
}

bool StoreFiles::has_database() const {
  return database_identity_ && identify(database_) == database_identity_;
}

void StoreFiles::set_wal_aside() const {
  if (!identify(database_)) return;
  if (wal_identity_ && identify(wal_) == wal_identity_) std::rename(wal_.c_str(), (wal_ + ".of-replaced").c_str());
}

bool StoreFiles::only_wal_is_gone() const {
  struct stat found {};
  return has_database() && lstat(wal_.c_str(), &found) != 0 && errno == ENOENT;
}

}  // namespace decapod::storage
