#include <decapod/ledger/trail.h>

#include <algorithm>
#include <limits>

namespace decapod::ledger {
namespace {

using audit::Chain;
using audit::StoredRecord;

// A filtered page looks at this many records at most, so that a question about the far past cannot hold the worker.
constexpr std::size_t kExaminedMax = 1'000;

// A hash of another size is none: it follows from nothing.
Sha256 hash_in(storage::Rows const& rows, int column) {
  return sha256_from(rows.blob(column)).value_or(Sha256{});
}

StoredRecord stored(storage::Rows const& rows) {
  return {.sequence = static_cast<std::uint64_t>(rows.integer(0)), .body = rows.text(1), .hash = hash_in(rows, 2)};
}

// The most telling restriction, which the index answers; the rest is checked record by record.
std::string narrowest_term(TrailQuery const& query) {
  if (!query.key.empty()) return "key:" + query.key;
  if (!query.operation.empty()) return "op:" + query.operation;
  if (!query.actor.empty()) return "actor:" + query.actor;
  if (!query.subsystem.empty()) return "db:" + query.subsystem;
  return "";
}

storage::Rows select(storage::Database& database, TrailQuery const& query, std::uint64_t before) {
  if (query.chain == Chain::reads) {
    return database.query("SELECT sequence, body, hash FROM audit_read WHERE sequence < ?1 ORDER BY sequence DESC",
                          before);
  }
  auto const term = narrowest_term(query);
  if (term.empty()) {
    return database.query("SELECT sequence, body, hash FROM audit_mutation WHERE sequence < ?1 ORDER BY sequence DESC",
                          before);
  }
  if (reach_of(term) == Reach::stretch) {
    return database.query(
        "SELECT m.sequence, m.body, m.hash FROM audit_index i CROSS JOIN audit_mutation m "
        "ON m.sequence >= i.sequence AND m.sequence < i.sequence + ?3 "
        "WHERE i.term = ?1 AND i.sequence < ?2 AND m.sequence < ?2 ORDER BY i.sequence DESC, m.sequence DESC",
        term, before, kStretch);
  }
  return database.query(
      "SELECT m.sequence, m.body, m.hash FROM audit_index i JOIN audit_mutation m USING (sequence) "
      "WHERE i.term = ?1 AND i.sequence < ?2 ORDER BY i.sequence DESC",
      term, before);
}

bool names_key(audit::Record const& record, std::string const& key) {
  return std::ranges::find(record.affected_keys, key) != record.affected_keys.end();
}

bool matches(TrailQuery const& query, audit::Record const& record) {
  if (!query.actor.empty() && record.actor != query.actor) return false;
  if (!query.subsystem.empty() && record.db_id != query.subsystem) return false;
  if (!query.operation.empty() && record.request_type != query.operation) return false;
  if (!query.key.empty() && !names_key(record, query.key)) return false;
  if (query.since && record.ts < *query.since) return false;
  return !query.until || record.ts < *query.until;
}

}  // namespace

TrailPage query_trail(storage::Database& database, TrailQuery const& query) {
  TrailPage page;
  constexpr auto kNewest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  auto rows = select(database, query, query.before == 0 ? kNewest : query.before);
  for (; rows.next(); ++page.examined) {
    auto record = stored(rows);
    if (page.records.size() == query.limit || page.examined == kExaminedMax) {
      page.next_before = record.sequence + 1;
      return page;
    }
    auto const parsed = audit::parse_record(record.body);
    // A record that cannot be read is shown, not hidden: whoever asks must see that it is there.
    if (!parsed || matches(query, *parsed)) page.records.push_back(std::move(record));
  }
  return page;
}

std::vector<StoredRecord> records_after(storage::Database& database, Chain chain, std::uint64_t sequence,
                                        std::size_t limit) {
  auto rows =
      chain == Chain::mutations
          ? database.query(
                "SELECT sequence, body, hash FROM audit_mutation WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                sequence, static_cast<std::int64_t>(limit))
          : database.query("SELECT sequence, body, hash FROM audit_read WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                           sequence, static_cast<std::int64_t>(limit));
  std::vector<StoredRecord> records;
  while (rows.next()) records.push_back(stored(rows));
  return records;
}

std::optional<Sha256> hash_at(storage::Database& database, Chain chain, std::uint64_t sequence) {
  auto rows = chain == Chain::mutations
                  ? database.query("SELECT hash FROM audit_mutation WHERE sequence = ?1", sequence)
                  : database.query("SELECT hash FROM audit_read WHERE sequence = ?1", sequence);
  if (!rows.next()) return std::nullopt;
  return hash_in(rows, 0);
}

std::optional<Sha256> hash_at_size(storage::Database& database, Chain chain, std::uint64_t size,
                                   std::string_view store_uuid) {
  return size == 0 ? audit::genesis(chain, store_uuid).head : hash_at(database, chain, size);
}

Walked verify_chain(storage::Database& database, Chain chain, std::string_view store_uuid) {
  audit::Verifier verifier(chain, audit::genesis(chain, store_uuid));
  auto rows = chain == Chain::mutations
                  ? database.query("SELECT sequence, body, hash FROM audit_mutation ORDER BY sequence")
                  : database.query("SELECT sequence, body, hash FROM audit_read ORDER BY sequence");
  while (rows.next()) {
    auto first = verifier.feed(static_cast<std::uint64_t>(rows.integer(0)), rows.view(1), hash_in(rows, 2));
    if (first) return {.first_break = std::move(first), .head = verifier.head()};
  }
  return {.first_break = std::nullopt, .head = verifier.head()};
}

}  // namespace decapod::ledger
