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

}  // namespace decapod::todo::store
