#pragma once
// What a connection may do, narrowed to what decapod's own statements need.

#include <cstdint>

struct sqlite3;

namespace decapod::storage {

// Which statements the authorizer lets through at the moment.
enum class Permit : std::uint8_t {
  handlers,     // no ATTACH, no PRAGMA, no transaction control
  scopes,       // and BEGIN, COMMIT, ROLLBACK, SAVEPOINT
  maintenance,  // and PRAGMA
};

// Switches and limits. Throws Failure.
void harden(sqlite3* connection);

// Installs the authorizer; `permit` must outlive the connection's last prepare.
void authorize_by(sqlite3* connection, Permit* permit);

}  // namespace decapod::storage
