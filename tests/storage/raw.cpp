#include "raw.h"

#include <stdexcept>

namespace decapod::test {

Raw::Raw(std::string const& path, char const* vfs) {
  int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2(path.c_str(), &connection_, flags, vfs) != SQLITE_OK) {
    std::string const why = sqlite3_errmsg(connection_);
    sqlite3_close(connection_);
    throw std::runtime_error(path + ": " + why);
  }
}

Raw::~Raw() {
  sqlite3_close(connection_);
}

int Raw::run(std::string const& sql) {
  return sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
}

void Raw::must(std::string const& sql) {
  if (run(sql) != SQLITE_OK) throw std::runtime_error(sql + ": " + sqlite3_errmsg(connection_));
}

std::int64_t Raw::number(std::string const& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(connection_));
  }
  int const code = sqlite3_step(statement);
  auto const value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW) throw std::runtime_error(sql + ": no row");
  return value;
}

bool Raw::passes_integrity_check() {
  return number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1;
}

void Raw::keep_wal_on_close() {
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

}  // namespace decapod::test
