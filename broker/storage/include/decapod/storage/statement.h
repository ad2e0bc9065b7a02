#pragma once
// Rows of one execution of a prepared statement.

#include <cstdint>
#include <decapod/base/clock.h>
#include <decapod/base/digest.h>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace decapod::storage {

// Steps through the rows of a query; resets the statement and clears its bindings when it goes. Columns count from 0.
// A text or blob view is valid until the next call of next(). Throws Failure.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  Rows(Rows const&) = delete;
  Rows& operator=(Rows const&) = delete;
  ~Rows();

  bool next();  // false when there are no more

  bool is_null(int column) const;
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
};

// Binds one value; parameters count from 1. An empty optional binds NULL.
void bind(sqlite3_stmt* statement, int parameter, std::nullptr_t);
void bind(sqlite3_stmt* statement, int parameter, std::int64_t value);
void bind(sqlite3_stmt* statement, int parameter, std::string_view value);
void bind(sqlite3_stmt* statement, int parameter, Bytes value);
inline void bind(sqlite3_stmt* s, int p, int value) { bind(s, p, std::int64_t{value}); }
inline void bind(sqlite3_stmt* s, int p, std::uint64_t value) { bind(s, p, static_cast<std::int64_t>(value)); }
inline void bind(sqlite3_stmt* s, int p, std::string const& value) { bind(s, p, std::string_view(value)); }
inline void bind(sqlite3_stmt* s, int p, char const* value) { bind(s, p, std::string_view(value)); }
inline void bind(sqlite3_stmt* s, int p, Timestamp value) { bind(s, p, value.ms); }
inline void bind(sqlite3_stmt* s, int p, Sha256 const& value) { bind(s, p, Bytes(value.bytes)); }
template <class T>
void bind(sqlite3_stmt* statement, int parameter, std::optional<T> const& value) {
  if (value) bind(statement, parameter, *value);
  else bind(statement, parameter, nullptr);
}

}  // namespace decapod::storage
