#include "store_links.h"

#include <decapod/base/reflect.h>

#include <algorithm>

#include "store_tally.h"

namespace decapod::todo::store {
namespace {

// What an UPDATE of open_blockers returns after its kind, and what that changes: an item is of another kind only when
// its first blocker comes or its last one goes.
void note_blockers(Kind const& kind, std::int64_t open_blockers, int change, Tally& into) {
  auto before = kind;
  before.blocked = open_blockers > change ? 1 : 0;
  --into[before];
  ++into[kind];
}

void adjust_target(Database& database, Edge const& edge, int change) {
  if (edge.kind != LinkKind::blocks) return;
  static std::string const sql =
      "UPDATE todo_item SET open_blockers = open_blockers + ?"
      " WHERE number = ? AND (SELECT live FROM todo_item WHERE number = ?) = 1 RETURNING open_blockers, " +
      std::string(kKindColumns);
  Tally kinds;
  {
    auto rows = database.query(sql, change, edge.target, edge.source);
    while (rows.next()) note_blockers(read_kind(rows, 1), rows.integer(0), change, kinds);
  }
  change_tally(database, kinds);
}

}  // namespace

Edge stored_form(Edge edge) {
  if (edge.kind == LinkKind::related && edge.source > edge.target) std::swap(edge.source, edge.target);
  return edge;
}

bool has_link(Database& database, Edge const& edge) {
  auto rows = database.query("SELECT 1 FROM todo_link WHERE kind = ? AND source = ? AND target = ?", to_text(edge.kind),
                             edge.source, edge.target);
  return rows.next();
}

bool insert_link(Database& database, Edge const& given, Timestamp at, std::string_view by) {
  auto const edge = stored_form(given);
  auto const added = database.execute(
      "INSERT INTO todo_link (kind, source, target, created_at, created_by) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (kind, source, target) DO NOTHING",
      to_text(edge.kind), edge.source, edge.target, at, by);
  if (added > 0) adjust_target(database, edge, 1);
  return added > 0;
}

bool remove_link(Database& database, Edge const& given) {
  auto const edge = stored_form(given);
  auto const removed = database.execute("DELETE FROM todo_link WHERE kind = ? AND source = ? AND target = ?",
                                        to_text(edge.kind), edge.source, edge.target);
  if (removed > 0) adjust_target(database, edge, -1);
  return removed > 0;
}

std::vector<std::int64_t> targets(Database& database, LinkKind kind, std::int64_t source) {
  std::vector<std::int64_t> found;
  auto rows = database.query("SELECT target FROM todo_link WHERE kind = ? AND source = ? ORDER BY target",
                             to_text(kind), source);
  while (rows.next()) found.push_back(rows.integer(0));
  return found;
}

std::optional<std::int64_t> parent(Database& database, std::int64_t number) {
  auto rows = database.query("SELECT source FROM todo_link WHERE kind = 'parent-child' AND target = ?", number);
  if (!rows.next()) return std::nullopt;
  return rows.integer(0);
}

std::vector<std::string> open_blockers(Database& database, std::int64_t number, std::int64_t limit) {
  std::vector<std::string> found;
  auto rows = database.query(
      "SELECT i.id FROM todo_link l JOIN todo_item i ON i.number = l.source"
      " WHERE l.kind = 'blocks' AND l.target = ? AND i.live = 1 ORDER BY i.id LIMIT ?",
      number, limit);
  while (rows.next()) found.push_back(rows.text(0));
  return found;
}

std::vector<Waiting> count_blocker(Database& database, std::int64_t number, int change) {
  static std::string const sql =
      "UPDATE todo_item SET open_blockers = open_blockers + ?"
      " WHERE number IN (SELECT target FROM todo_link WHERE kind = 'blocks' AND source = ?)"
      " RETURNING number, id, open_blockers, " +
      std::string(kKindColumns);
  std::vector<Waiting> waiting;
  Tally kinds;
  {
    auto rows = database.query(sql, change, number);
    while (rows.next()) {
      waiting.push_back({rows.integer(0), rows.text(1), rows.integer(2)});
      note_blockers(read_kind(rows, 3), rows.integer(2), change, kinds);
    }
  }
  change_tally(database, kinds);
  std::ranges::sort(waiting, {}, &Waiting::id);
  return waiting;
}

}  // namespace decapod::todo::store
