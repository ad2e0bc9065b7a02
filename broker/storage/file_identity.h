#pragma once
// Whether paths still lead to the files that were opened. Only stat: opening one of these files and closing it again
// would drop this process's locks on it.

#include <cstdint>
#include <optional>
#include <string>

namespace decapod::storage {

struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(FileIdentity const&, FileIdentity const&) = default;
};

// nullopt: nothing is there, or it has no name any more.
std::optional<FileIdentity> identify(std::string const& path);
// 0 when nothing is there.
std::int64_t file_size(std::string const& path);

// The database and its WAL as they were when this was made.
class StoreFiles {
 public:
  StoreFiles(std::string database, std::string wal);
  bool unchanged() const;
  std::string const& wal() const { return wal_; }
  bool has_wal() const { return wal_identity_.has_value(); }

 private:
  std::string database_;
  std::string wal_;
  std::optional<FileIdentity> database_identity_;
  std::optional<FileIdentity> wal_identity_;
};

}  // namespace decapod::storage
