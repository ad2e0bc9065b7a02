#pragma once
// From a result code of SQLite to a Failure.

#include <decapod/storage/failure.h>

#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace decapod::storage {

// `doing` says what was tried, such as "opening the store". Reads the connection's message and errno: call it at once.
Failure failure_of(sqlite3* connection, int code, std::string_view doing);
Failure failure_of(sqlite3_stmt* statement, int code);

// Of a log that somebody shortened while it held commits; of files that are other ones, or were written by others.
Failure cut_off();
Failure moved();

// Throws unless `code` is SQLITE_OK.
void check(sqlite3* connection, int code, std::string_view doing);

}  // namespace decapod::storage
