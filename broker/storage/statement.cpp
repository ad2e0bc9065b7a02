#include <decapod/storage/database.h>
#include <sqlite3.h>

#include <utility>

#include "raise.h"
#include "statement_cache.h"

namespace decapod::storage {
namespace {

void check_bind(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) throw failure_of(statement, code);
}

}  // namespace

// An idle statement holds no read transaction, and its bindings hold no memory.
void give_back(sqlite3_stmt* statement) noexcept {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

Rows::~Rows() {
  if (statement_ != nullptr) give_back(statement_);
}

bool Rows::next() {
  if (statement_ == nullptr) return false;
  int const code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    give_back(std::exchange(statement_, nullptr));
    return false;
  }
  auto const failure = failure_of(statement_, code);
  give_back(std::exchange(statement_, nullptr));
  throw database_.explained(failure);
}

int Rows::columns() const {
  return sqlite3_column_count(statement_);
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Rows::is_integer(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Rows::view(int column) const {
  auto const* const text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<char const*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Bytes Rows::blob(int column) const {
  auto const* const data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<std::byte const*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Rows::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<Timestamp> Rows::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

void bind(sqlite3_stmt* statement, int parameter, std::nullptr_t) {
  check_bind(statement, sqlite3_bind_null(statement, parameter));
}

void bind_integer(sqlite3_stmt* statement, int parameter, std::int64_t value) {
  check_bind(statement, sqlite3_bind_int64(statement, parameter, value));
}

void bind(sqlite3_stmt* statement, int parameter, std::string_view value) {
  // A null pointer would bind NULL, and an empty view may hold one.
  char const* const data = value.data() != nullptr ? value.data() : "";
  check_bind(statement, sqlite3_bind_text64(statement, parameter, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void bind(sqlite3_stmt* statement, int parameter, Bytes value) {
  if (value.empty()) {
    check_bind(statement, sqlite3_bind_zeroblob(statement, parameter, 0));
    return;
  }
  check_bind(statement, sqlite3_bind_blob64(statement, parameter, value.data(), value.size(), SQLITE_TRANSIENT));
}

}  // namespace decapod::storage
