#include "hardening.h"

#include <sqlite3.h>

#include <string_view>

#include "raise.h"

namespace decapod::storage {
namespace {

struct Switch {
  int option;
  int value;
};
// With trusted_schema off, SQLite before 3.42 refuses FTS5 tables inside triggers: write to them by statement.
// No schema of ours has triggers or views: whoever plants one in the file changes nothing by it.
constexpr Switch kSwitches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    // Without it a statement is prepared anew whenever a value is bound that the planner once compared with the
    // condition of a partial index: `kind = ?` beside `WHERE kind = 'parent-child'` cost a millisecond a read.
    {SQLITE_DBCONFIG_ENABLE_QPSG, 1},
};

struct Limit {
  int category;
  int value;
};
// SQLite's table for untrusted input, widened where our own statements need it: a reply is one value, an import part is
// one request, filters are joined by AND, an FTS5 table makes its shadow tables through the same connection.
constexpr Limit kLimits[] = {
    {SQLITE_LIMIT_LENGTH, 64 << 20},     {SQLITE_LIMIT_SQL_LENGTH, 256 << 10}, {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},      {SQLITE_LIMIT_COMPOUND_SELECT, 20},   {SQLITE_LIMIT_VDBE_OP, 25'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 32},     {SQLITE_LIMIT_ATTACHED, 0},           {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 512},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 256}, {SQLITE_LIMIT_TRIGGER_DEPTH, 10},     {SQLITE_LIMIT_WORKER_THREADS, 0},
};

std::string_view text(char const* value) {
  return value != nullptr ? value : "";
}

int decide(void* context, int action, char const* first, char const* second, char const* /*database*/,
           char const* /*trigger*/) {
  auto const permit = *static_cast<Permit*>(context);
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      // FTS5 asks for the data version, to see whether its cached structure is still the current one.
      if (text(first) == "data_version" && second == nullptr) return SQLITE_OK;
      return permit == Permit::maintenance ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return permit == Permit::handlers ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_FUNCTION:
      return text(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    default:
      return SQLITE_OK;
  }
}

}  // namespace

void harden(sqlite3* connection) {
  for (auto const& [option, value] : kSwitches) {
    int now = -1;
    check(connection, sqlite3_db_config(connection, option, value, &now), "hardening the connection");
    if (now != value) throw Failure(SQLITE_ERROR, "SQLite does not take setting " + std::to_string(option));
  }
  for (auto const& [category, value] : kLimits) sqlite3_limit(connection, category, value);
}

void authorize_by(sqlite3* connection, Permit* permit) {
  check(connection, sqlite3_set_authorizer(connection, decide, permit), "installing the authorizer");
}

}  // namespace decapod::storage
