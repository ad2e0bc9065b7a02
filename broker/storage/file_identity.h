#pragma once
// Whether paths still lead to the files that were opened. Only stat: opening the database and closing it again would
// drop this process's locks on it.

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
// When a file was last written and changed, and its size: equal stamps, no write in between.
struct FileStamp {
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  std::int64_t size = -1;
  friend bool operator==(FileStamp const&, FileStamp const&) = default;
};
// nullopt: nothing is there.
std::optional<FileStamp> stamp(std::string const& path);
// nullopt: nothing is there.
std::optional<std::int64_t> file_size(std::string const& path);

// The database and its WAL as they were when this was made.
class StoreFiles {
 public:
  StoreFiles(std::string database, std::string wal);
  bool unchanged() const;
  // The database is where it was.
  bool has_database() const;
  // Renames the WAL, if it is where it was: a database that took the other's place must not meet it. Where there is
  // none, nothing is done: whoever removes the files must not find new ones.
  void set_wal_aside() const;
  // The database is where it was, and nothing is where the WAL was.
  bool only_wal_is_gone() const;
  std::string const& database() const { return database_; }
  std::string const& wal() const { return wal_; }
  bool has_wal() const { return wal_identity_.has_value(); }

  friend bool operator==(StoreFiles const&, StoreFiles const&) = default;

 private:
  std::string database_;
  std::string wal_;
  std::optional<FileIdentity> database_identity_;
  std::optional<FileIdentity> wal_identity_;
};

}  // namespace decapod::storage
