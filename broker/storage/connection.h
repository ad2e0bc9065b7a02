#pragma once
// Opens SQLite the one way that keeps decapod's promises.

#include <decapod/storage/database.h>

#include <cstdint>
#include <memory>

#include "prepared_log.h"

namespace decapod::storage {

// If something still uses the connection, SQLite closes it when that goes.
struct CloseConnection {
  void operator()(sqlite3* connection) const noexcept;
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

// Throws Failure, and the connection stays open with all its locks, if something still uses it.
void close_connection(Connection& connection);

// A read_write connection leaves its WAL as it is when it closes, until this is called: then SQLite folds it and
// removes it.
void remove_wal_on_close(sqlite3* connection);

// Prepared: it is known to hold no commits, on the disk as well; `wal_bytes` is 0.
enum class WalFound : std::uint8_t { as_it_is, prepared };

struct Opened {
  Connection connection;
  // Of a read_write one: the WAL in which recovery has looked for commits had no less.
  std::int64_t wal_bytes = 0;
  WalFound found = WalFound::as_it_is;
};

// Makes the file if need be, opens it, sets and verifies every setting, reads the schema once, so that the locks are
// held and the WAL is open. Waits for other processes' locks up to options.busy. A WAL that somebody cuts off meanwhile
// is recovered anew, from what is left of it. Throws Failure.
Opened open_connection(OpenOptions const& options);

// The log of an open connection. Throws Failure.
sqlite3_file& log_of(sqlite3* connection);

// What a mark in the log of `database` is for.
std::optional<LogPlace> place_of_log_of(std::string const& database);

// Of the database at `path`. Throws Failure.
void sync_directory_of(sqlite3* connection, std::string const& path);

// The first column of the first row, as text.
std::string scalar(sqlite3* connection, char const* sql);

}  // namespace decapod::storage
