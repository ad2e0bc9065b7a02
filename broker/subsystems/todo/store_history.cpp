#include "store_history.h"

#include <decapod/base/codec.h>
#include <decapod/base/id.h>

#include <limits>

#include "present.h"

namespace decapod::todo::store {
namespace {

// The members of a mutation record that a history shows.
struct Recorded {
  Timestamp ts;
  std::string request_id;
  std::string actor;
  std::string session;
  std::string request_type;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
};
BOOST_DESCRIBE_STRUCT(Recorded, (), (ts, request_id, actor, session, request_type, epoch, commit_seq))

HistoryEntry entry(std::int64_t sequence, std::string_view body) {
  HistoryEntry shown{.sequence = sequence};
  auto const parsed = parse_json(body, "the audit record");
  if (!parsed) return shown;
  auto const record = codec::decode<Recorded>(*parsed, codec::Unknown::ignore);
  if (!record) return shown;
  shown.ts = record->ts;
  shown.actor = record->actor;
  shown.session = record->session;
  shown.operation = record->request_type;
  shown.marker = to_string(Marker{record->epoch, record->commit_seq});
  shown.request_id = record->request_id;
  return shown;
}

}  // namespace

std::vector<HistoryEntry> history(Database& database, std::string_view id, std::optional<std::int64_t> before,
                                  std::int64_t limit) {
  std::vector<HistoryEntry> entries;
  auto rows = database.query(
      "SELECT m.sequence, m.body FROM audit_index x JOIN audit_mutation m ON m.sequence = x.sequence"
      " WHERE x.term = ? AND x.sequence < ? ORDER BY x.sequence DESC LIMIT ?",
      "key:" + item_key(id), before.value_or(std::numeric_limits<std::int64_t>::max()), limit);
  while (rows.next()) entries.push_back(entry(rows.integer(0), rows.view(1)));
  return entries;
}

std::vector<LostItem> lost_items(Database& database) {
  std::vector<LostItem> lost;
  // '0' follows '/': the range is every key of an item.
  auto rows = database.query(
      "SELECT substr(x.term, ?1), min(x.sequence) FROM audit_index x"
      " WHERE x.term > 'key:todo/item/' AND x.term < 'key:todo/item0'"
      " AND NOT EXISTS (SELECT 1 FROM todo_item i WHERE i.id = substr(x.term, ?1)) GROUP BY x.term ORDER BY 2, 1",
      std::string_view("key:todo/item/").size() + 1);
  while (rows.next()) lost.push_back({.id = rows.text(0), .sequence = rows.integer(1)});
  return lost;
}

}  // namespace decapod::todo::store
