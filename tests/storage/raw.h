#pragma once
// SQLite as other programs use it: with its default settings and without decapod's protections.

#include <sqlite3.h>

#include <string>

namespace decapod::test {

class Raw {
 public:
  // Creates the file if need be. Throws std::runtime_error.
  explicit Raw(std::string const& path, char const* vfs = nullptr);
  ~Raw();
  Raw(Raw const&) = delete;
  Raw& operator=(Raw const&) = delete;

  sqlite3* handle() const { return connection_; }
  int run(std::string const& sql);              // the extended result code
  void must(std::string const& sql);            // throws std::runtime_error unless it succeeds
  std::int64_t number(std::string const& sql);  // the first column of the first row
  bool passes_integrity_check();
  // Ends as kill -9 would leave the files: the WAL stays.
  void keep_wal_on_close();

 private:
  sqlite3* connection_ = nullptr;
};

// WAL, synchronous=FULL, no checkpoints: what decapod sets too, and nothing of what protects it.
inline constexpr char const* kPlainSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0";

}  // namespace decapod::test
