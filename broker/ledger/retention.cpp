#include <decapod/ledger/retention.h>

#include <string>
#include <vector>

namespace decapod::ledger {
namespace {

// Up to where replies have been dropped: a sequence number of the mutations, a time of the refusals.
constexpr std::string_view kCommittedTo = "replies_dropped_to";
constexpr std::string_view kRefusedTo = "refusals_dropped_to";

std::int64_t dropped_to(storage::Database& database, std::string_view name) {
  auto rows = database.query("SELECT value FROM meta WHERE name = ?1", name);
  return rows.next() ? rows.integer(0) : 0;
}

void set_dropped_to(storage::Database& database, std::string_view name, std::int64_t value) {
  database.execute(
      "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name,
      value);
}

struct Kept {
  std::string key;
  std::int64_t place;  // sequence or time
};

// The oldest committed requests that still have their reply. The chain is the index: it has them in order, and costs a
// write nothing.
std::vector<Kept> committed_before(storage::Database& database, Timestamp before, std::size_t limit) {
  std::vector<Kept> found;
  auto rows = database.query(
      "SELECT l.key, m.sequence, l.at FROM audit_mutation m JOIN ledger l "
      "ON l.key = json_extract(m.body, '$.idempotency_key') WHERE m.sequence > ?1 ORDER BY m.sequence LIMIT ?2",
      dropped_to(database, kCommittedTo), limit);
  while (rows.next() && rows.time(2) < before) found.push_back({rows.text(0), rows.integer(1)});
  return found;
}

std::vector<Kept> refused_before(storage::Database& database, Timestamp before, std::size_t limit) {
  std::vector<Kept> found;
  auto rows = database.query(
      "SELECT key, at FROM ledger WHERE status = 'NOT_COMMITTED' AND at >= ?1 AND at < ?2 AND reply IS NOT NULL "
      "ORDER BY at LIMIT ?3",
      dropped_to(database, kRefusedTo), before, limit);
  while (rows.next()) found.push_back({rows.text(0), rows.integer(1)});
  return found;
}

std::size_t drop(storage::Database& database, std::vector<Kept> const& old, std::string_view name) {
  for (auto const& kept : old) database.execute("UPDATE ledger SET reply = NULL WHERE key = ?1", kept.key);
  if (!old.empty()) set_dropped_to(database, name, old.back().place);
  return old.size();
}

}  // namespace

bool has_replies_before(storage::Database& database, Timestamp before) {
  return !committed_before(database, before, 1).empty() || !refused_before(database, before, 1).empty();
}

std::size_t drop_replies(storage::Database& database, Timestamp before, std::size_t limit) {
  return drop(database, committed_before(database, before, limit), kCommittedTo) +
         drop(database, refused_before(database, before, limit), kRefusedTo);
}

}  // namespace decapod::ledger
