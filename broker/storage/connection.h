#pragma once
// Opens SQLite the one way that keeps decapod's promises.

#include <decapod/storage/database.h>

#include <memory>

struct sqlite3;

namespace decapod::storage {

struct CloseConnection {
  void operator()(sqlite3* connection) const noexcept;
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

// Makes the file if need be, opens it, sets and verifies every setting, reads the schema once, so that the locks are
// held and the WAL is open. Waits for other processes' locks up to options.busy. Throws Failure.
Connection open_connection(OpenOptions const& options);

// The first column of the first row, as text.
std::string scalar(sqlite3* connection, char const* sql);

}  // namespace decapod::storage
