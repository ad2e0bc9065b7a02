#pragma once
// Rows of one execution of a prepared statement.

#include <decapod/base/clock.h>
#include <decapod/base/digest.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace decapod::storage {

class Database;

// Steps through the rows of a query; gives the statement back after the last row, or when it goes. Columns count from
// 0. A text or blob view is valid until the next call of next(). Must not outlive the Database. Throws Failure.
class Rows {
 public:
  Rows(sqlite3_stmt* statement, Database& database) : statement_(statement), database_(database) {}
  Rows(Rows const&) = delete;
  Rows& operator=(Rows const&) = delete;
  ~Rows();

  bool next();  // false when there are no more

  int columns() const;
  bool is_null(int column) const;
  // What is stored there, not what it could be read as; before it is read as anything.
  bool is_integer(int column) const;
  std::int64_t integer(int column) const;
  std::string_view view(int column) const;
  std::string text(int column) const { return std::string(view(column)); }
  Bytes blob(int column) const;
  Timestamp time(int column) const { return {integer(column)}; }
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::optional<Timestamp> optional_time(int column) const;

 private:
  sqlite3_stmt* statement_;
  Database& database_;
};

// Binds a copy of one value; parameters count from 1. An empty optional binds NULL. Throws Failure (too large).
void bind(sqlite3_stmt* statement, int parameter, std::nullptr_t);
void bind_integer(sqlite3_stmt* statement, int parameter, std::int64_t value);
void bind(sqlite3_stmt* statement, int parameter, std::string_view value);
void bind(sqlite3_stmt* statement, int parameter, Bytes value);
// Whole numbers of every type; bool binds 0 or 1. SQLite's are signed: a value above 2^63-1 comes back negative.
template <std::integral T>
void bind(sqlite3_stmt* s, int p, T value) {
  bind_integer(s, p, static_cast<std::int64_t>(value));
}
inline void bind(sqlite3_stmt* s, int p, std::string const& value) {
  bind(s, p, std::string_view(value));
}
inline void bind(sqlite3_stmt* s, int p, char const* value) {
  bind(s, p, std::string_view(value));
}
inline void bind(sqlite3_stmt* s, int p, Timestamp value) {
  bind(s, p, value.ms);
}
inline void bind(sqlite3_stmt* s, int p, Sha256 const& value) {
  bind(s, p, Bytes(value.bytes));
}
template <class T>
void bind(sqlite3_stmt* statement, int parameter, std::optional<T> const& value) {
  if (value)
    bind(statement, parameter, *value);
  else
    bind(statement, parameter, nullptr);
}

}  // namespace decapod::storage
