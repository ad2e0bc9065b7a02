#include "store_transfer.h"

#include <decapod/base/reflect.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace decapod::todo::store {
namespace {

// The links that are listed with an item: those in which it is the one that depends. Of a related pair that is the one
// with the greater id.
std::vector<LinkRecord> links_listed_with(Database& database, Item const& item) {
  std::vector<LinkRecord> links;
  auto rows = database.query(
      "SELECT l.kind, o.id, l.created_at, l.created_by FROM todo_link l JOIN todo_item o ON o.number = l.source"
      " WHERE l.kind IN ('blocks', 'parent-child') AND l.target = ?1 UNION ALL"
      " SELECT l.kind, o.id, l.created_at, l.created_by FROM todo_link l JOIN todo_item o ON o.number = l.target"
      " WHERE l.kind = 'discovered-from' AND l.source = ?1 UNION ALL"
      " SELECT l.kind, o.id, l.created_at, l.created_by FROM todo_link l JOIN todo_item o ON o.number = l.source"
      " WHERE l.kind = 'related' AND l.target = ?1 AND o.id < ?2 COLLATE BINARY UNION ALL"
      " SELECT l.kind, o.id, l.created_at, l.created_by FROM todo_link l JOIN todo_item o ON o.number = l.target"
      " WHERE l.kind = 'related' AND l.source = ?1 AND o.id < ?2 COLLATE BINARY",
      item.number, item.id);
  while (rows.next()) {
    links.push_back({.kind = from_text<LinkKind>(rows.view(0)).value_or(LinkKind::related),
                     .other = rows.text(1),
                     .created_at = rows.time(2),
                     .created_by = rows.text(3)});
  }
  std::ranges::sort(links, [](LinkRecord const& a, LinkRecord const& b) {
    return std::tie(a.kind, a.other) < std::tie(b.kind, b.other);
  });
  return links;
}

}  // namespace

ItemRecord record_of(Database& database, Item const& item) {
  ItemRecord record{.id = item.id,
                    .title = item.title,
                    .type = item.type,
                    .priority = item.priority,
                    .status = item.status == Status::claimed ? Status::open : item.status,
                    .labels = labels(database, item.number),
                    .due = item.due,
                    .defer_until = item.defer_until,
                    .external_ref = item.external_ref,
                    .created_at = item.created_at,
                    .created_by = item.created_by,
                    .updated_at = item.updated_at,
                    .done_at = item.done_at,
                    .done_by = item.done_by,
                    .reason = item.reason,
                    .origin = item.origin,
                    .description = description(database, item.number),
                    .links = links_listed_with(database, item)};
  for (auto& comment : comments(database, item.number, std::numeric_limits<std::int64_t>::max())) {
    record.comments.push_back({comment.at, std::move(comment.author), std::move(comment.text)});
  }
  return record;
}

std::vector<ItemRecord> records_after(Database& database, std::string_view id, std::int64_t limit) {
  std::vector<std::int64_t> numbers;
  {
    auto rows = database.query(
        "SELECT number FROM todo_item WHERE id > ? COLLATE BINARY ORDER BY id COLLATE BINARY"
        " LIMIT ?",
        id, limit);
    while (rows.next()) numbers.push_back(rows.integer(0));
  }
  std::vector<ItemRecord> records;
  records.reserve(numbers.size());
  for (auto const number : numbers) records.push_back(record_of(database, *find(database, number)));
  return records;
}

std::vector<std::pair<std::int64_t, std::int64_t>> all_links(Database& database, LinkKind kind) {
  std::vector<std::pair<std::int64_t, std::int64_t>> links;
  auto rows =
      database.query("SELECT source, target FROM todo_link WHERE kind = ? ORDER BY source, target", to_text(kind));
  while (rows.next()) links.emplace_back(rows.integer(0), rows.integer(1));
  return links;
}

Edge edge_of(LinkRecord const& record, std::int64_t of, std::int64_t other) {
  bool const points_away = record.kind == LinkKind::discovered_from;
  return stored_form({record.kind, points_away ? of : other, points_away ? other : of});
}

}  // namespace decapod::todo::store
