#include <decapod/ledger/index.h>
#include <decapod/ledger/trail.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

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

// nullopt: none of this term is older than `before`. What lies before the first record leads to none.
std::optional<std::uint64_t> newest_entry(storage::Database& database, std::string const& term, std::uint64_t before) {
  auto rows = database.query(
      "SELECT sequence FROM audit_index WHERE term = ?1 AND sequence > 0 AND sequence < ?2 "
      "ORDER BY sequence DESC LIMIT 1",
      term, before);
  if (!rows.next()) return std::nullopt;
  return static_cast<std::uint64_t>(rows.integer(0));
}

storage::Rows select(storage::Database& database, Chain chain, std::string const& term, std::uint64_t before) {
  if (chain == Chain::reads) {
    return database.query("SELECT sequence, body, hash FROM audit_read WHERE sequence < ?1 ORDER BY sequence DESC",
                          before);
  }
  if (term.empty()) {
    return database.query("SELECT sequence, body, hash FROM audit_mutation WHERE sequence < ?1 ORDER BY sequence DESC",
                          before);
  }
  return database.query(
      "SELECT m.sequence, m.body, m.hash FROM audit_index i JOIN audit_mutation m USING (sequence) "
      "WHERE i.term = ?1 AND i.sequence < ?2 ORDER BY i.sequence DESC",
      term, before);
}

enum class Look : std::uint8_t { further, no_further };

// The records that `query` may be about and that are older than `before`, newest first, until `visit` has enough.
// A stretch is looked at once, however many entries lead into it: in a store that nobody could migrate each record has
// one.
void each_candidate(storage::Database& database, TrailQuery const& query, std::uint64_t before,
                    std::function<Look(StoredRecord)> const& visit) {
  // No index leads to reads.
  auto const term = query.chain == Chain::reads ? std::string() : narrowest_term(query);
  if (term.empty() || reach_of(term) == Reach::record) {
    auto rows = select(database, query.chain, term, before);
    while (rows.next() && visit(stored(rows)) == Look::further) {
    }
    return;
  }
  while (auto const entry = newest_entry(database, term, before)) {
    auto const first = first_of_stretch(*entry);
    auto rows = database.query(
        "SELECT sequence, body, hash FROM audit_mutation WHERE sequence >= ?1 AND sequence < ?2 ORDER BY sequence DESC",
        first, std::min(before, first + kStretch));
    while (rows.next()) {
      if (visit(stored(rows)) == Look::no_further) return;
    }
    before = first;
  }
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
  each_candidate(database, query, query.before == 0 ? kNewest : query.before, [&](StoredRecord record) {
    // A record that cannot be read is shown, not hidden: whoever asks must see that it is there.
    auto const parsed = audit::parse_record(record.body);
    bool const is_meant = !parsed || matches(query, *parsed);
    if (page.examined == kExaminedMax || (is_meant && page.records.size() == query.limit)) {
      page.next_before = record.sequence + 1;
      return Look::no_further;
    }
    ++page.examined;
    if (is_meant) page.records.push_back(std::move(record));
    return Look::further;
  });
  return page;
}

std::set<std::string, std::less<>> subsystems_on_record(storage::Database& database) {
  std::set<std::string, std::less<>> names;
  for (std::string_view const kind : {"db:", "key:"}) {
    for (std::string from(kind);;) {
      auto rows = database.query("SELECT term FROM audit_index WHERE term >= ?1 ORDER BY term LIMIT 1", from);
      if (!rows.next() || !rows.view(0).starts_with(kind)) break;
      std::string const term = rows.text(0);
      auto const end = term.find('/');
      names.insert(term.substr(kind.size(), end - kind.size()));
      // '0' follows '/': past every key of this subsystem.
      from = end == std::string::npos ? term + '\1' : term.substr(0, end) + '0';
    }
  }
  return names;
}

bool is_on_record(storage::Database& database, std::string_view subsystem) {
  std::string const name(subsystem);
  auto rows = database.query("SELECT 1 FROM audit_mutation WHERE instr(body, ?1) OR instr(body, ?2) LIMIT 1",
                             "\"db_id\":\"" + name + '"', '"' + name + '/');
  return rows.next();
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
