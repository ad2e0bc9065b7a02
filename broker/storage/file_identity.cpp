#include "file_identity.h"

#include <sys/stat.h>

namespace decapod::storage {

std::optional<FileIdentity> identify(std::string const& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || found.st_nlink == 0) return std::nullopt;
  return FileIdentity{.device = found.st_dev, .inode = found.st_ino};
}

std::int64_t file_size(std::string const& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? found.st_size : 0;
}

StoreFiles::StoreFiles(std::string database, std::string wal)
    : database_(std::move(database)),
      wal_(std::move(wal)),
      database_identity_(identify(database_)),
      wal_identity_(identify(wal_)) {}

bool StoreFiles::unchanged() const {
  return database_identity_ && identify(database_) == database_identity_ && identify(wal_) == wal_identity_;
}

}  // namespace decapod::storage
