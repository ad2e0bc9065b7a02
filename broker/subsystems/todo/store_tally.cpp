#include "store_tally.h"

namespace decapod::todo::store {

Kind read_kind(storage::Rows const& rows, int first) {
  return {.status = rows.text(first),
          .type = rows.text(first + 1),
          .priority = rows.integer(first + 2),
          .blocked = rows.integer(first + 3),
          .asleep = rows.integer(first + 4)};
}

Kind kind_of(storage::Database& database, std::int64_t number) {
  static std::string const sql = "SELECT " + std::string(kKindColumns) + " FROM todo_item WHERE number = ?";
  auto rows = database.query(sql, number);
  return rows.next() ? read_kind(rows) : Kind{};
}

bool has_tally(storage::Database& database) {
  auto rows = database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'todo_tally'");
  return rows.next();
}

Tally read_tally(storage::Database& database) {
  Tally tally;
  auto rows = database.query("SELECT status, type, priority, blocked, asleep, items FROM todo_tally");
  while (rows.next()) tally[read_kind(rows)] = rows.integer(5);
  return tally;
}

void change_tally(storage::Database& database, Tally const& by) {
  for (auto const& [kind, items] : by) {
    if (items == 0) continue;
    // Nearly every kind has had items before, and an INSERT that meets them costs twice as much.
    auto const had = database.execute(
        "UPDATE todo_tally SET items = items + ?"
        " WHERE status = ? AND type = ? AND priority = ? AND blocked = ? AND asleep = ?",
        items, kind.status, kind.type, kind.priority, kind.blocked, kind.asleep);
    if (had > 0) continue;
    database.execute(
        "INSERT INTO todo_tally (status, type, priority, blocked, asleep, items) VALUES (?, ?, ?, ?, ?, ?)",
        kind.status, kind.type, kind.priority, kind.blocked, kind.asleep, items);
  }
}

Tally count_items(storage::Database& database) {
  Tally tally;
  static std::string const sql = "SELECT " + std::string(kKindColumns) + " FROM todo_item";
  auto rows = database.query(sql);
  while (rows.next()) ++tally[read_kind(rows)];
  return tally;
}

}  // namespace decapod::todo::store
