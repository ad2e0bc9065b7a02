#include <decapod/base/counted.h>
#include <decapod/ledger/agreement.h>
#include <decapod/ledger/index.h>
#include <decapod/ledger/ledger.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

namespace decapod::ledger {
namespace {

using audit::Record;

std::string mutation(std::uint64_t sequence) {
  return "mutations:" + std::to_string(sequence);
}

std::int64_t count(storage::Database& database, std::string_view sql) {
  auto rows = database.query(sql);
  return rows.next() ? rows.integer(0) : 0;
}

// Each mutation in order. One that cannot be read is left out: whether it was altered is the chain's question.
void each_mutation(storage::Database& database, std::function<void(std::uint64_t, Record const&)> const& visit) {
  auto rows = database.query("SELECT sequence, body FROM audit_mutation ORDER BY sequence");
  while (rows.next()) {
    if (auto const record = audit::parse_record(rows.view(1))) {
      visit(static_cast<std::uint64_t>(rows.integer(0)), *record);
    }
  }
}

// A record beside the row of its key.
class Pair {
 public:
  Pair(Record const& record, storage::Rows const& row, Found const& found, std::string where)
      : record_(record), row_(row), found_(found), where_(std::move(where)) {}

  void compare() const {
    text("operation", row_.view(0), record_.request_type);
    text("actor", row_.view(1), record_.actor);
    text("request id", row_.view(2), record_.request_id);
    text("outcome", row_.view(3), to_text(record_.status));
    if (sha256_from(row_.blob(4)) != record_.request_digest) {
      differ("the digest of the request is not the recorded one");
    }
    if (!row_.is_null(5) && sha256(row_.view(5)) != record_.reply_hash) {
      differ("the stored reply is not the one whose hash was recorded");
    }
    if (record_.status == audit::Status::COMMITTED) compare_marker();
  }

 private:
  void compare_marker() const {
    auto const number = [&](std::string_view name, int column, std::uint64_t recorded) {
      text(name, row_.view(column), std::to_string(recorded));
    };
    number("commit sequence", 6, record_.commit_seq);
    number("epoch", 7, record_.epoch);
    number("time", 8, static_cast<std::uint64_t>(record_.ts.ms));
  }

  void text(std::string_view name, std::string_view in_ledger, std::string_view recorded) const {
    if (in_ledger == recorded) return;
    differ(std::string(name) + " '" + std::string(in_ledger) + "' in the ledger, '" + std::string(recorded) +
           "' in the trail");
  }

  void differ(std::string const& what) const {
    found_({.where = where_, .what = "request id '" + record_.idempotency_key + "': " + what});
  }

  Record const& record_;
  storage::Rows const& row_;
  Found const& found_;
  std::string where_;
};

void compare_row(storage::Database& database, Record const& record, std::string where, Found const& found) {
  auto rows = database.query(
      "SELECT operation, actor, request_id, status, digest, reply, commit_seq, epoch, at FROM ledger WHERE key = ?1",
      record.idempotency_key);
  if (rows.next()) return Pair(record, rows, found, std::move(where)).compare();
  found({.where = std::move(where), .what = "the ledger has no row for request id '" + record.idempotency_key + "'"});
}

// Rows beyond those that a record led to; looked for only if there are any.
void find_strays(storage::Database& database, Found const& found) {
  auto rows = database.query(
      "SELECT l.key, l.commit_seq, m.body FROM ledger l LEFT JOIN audit_mutation m ON m.sequence = l.commit_seq "
      "WHERE l.status = 'COMMITTED' ORDER BY l.commit_seq");
  while (rows.next()) {
    auto const record = audit::parse_record(rows.view(2));
    if (record && record->idempotency_key == rows.view(0)) continue;
    found({.where = "ledger:" + rows.text(0),
           .what = "request id '" + rows.text(0) + "' counts as committed, and no record says so"});
  }
}

// A remembered refusal's record is in the chain of reads, and is the only kind there that has a digest.
std::set<std::string, std::less<>> compare_recorded_refusals(storage::Database& database, Found const& found) {
  // Within a text the quotes would be escaped, so that this can only be the field itself.
  auto rows = database.query(
      "SELECT sequence, body FROM audit_read WHERE instr(body, '\"request_digest\":\"\",') = 0 ORDER BY sequence");
  std::set<std::string, std::less<>> keys;
  while (rows.next()) {
    auto const record = audit::parse_record(rows.view(1));
    if (!record || !record->request_digest) continue;
    keys.insert(record->idempotency_key);
    compare_row(database, *record, "reads:" + std::to_string(rows.integer(0)), found);
  }
  return keys;
}

void compare_refusals(storage::Database& database, Found const& found) {
  auto const recorded = compare_recorded_refusals(database, found);
  // Once the first segments of the chain of reads are pruned, a refusal may outlive its record.
  if (count(database, "SELECT coalesce(min(sequence), 1) FROM audit_read") != 1) return;
  auto rows = database.query("SELECT key FROM ledger WHERE status <> 'COMMITTED' ORDER BY at, key");
  while (rows.next()) {
    if (recorded.contains(rows.view(0))) continue;
    found({.where = "ledger:" + rows.text(0),
           .what = "request id '" + rows.text(0) + "' counts as refused, and no record says so"});
  }
}

// How many entries lead to a record, and whether each of its terms has one.
class IndexReading {
 public:
  IndexReading(storage::Database& database, Found const& found) : database_(database), found_(found) {}

  void read(std::uint64_t sequence, Record const& record) {
    met_.enter(sequence);
    for (auto const& entry : entries_of(record, sequence)) {
      bool const leads = leads_to(entry);
      // As in a store that nobody could migrate. Where there is one beside the stretch's, it does no harm.
      bool const leads_itself = entry.sequence != sequence && counts({.term = entry.term, .sequence = sequence});
      if (leads || leads_itself) continue;
      found_({.where = mutation(sequence), .what = "the index does not lead to it from '" + entry.term + "'"});
    }
  }
  std::int64_t entries() const { return entries_; }

 private:
  bool leads_to(IndexEntry const& entry) {
    if (met_.contain(entry)) return true;
    if (!counts(entry)) return false;
    met_.add(entry);
    return true;
  }

  bool counts(IndexEntry const& entry) {
    auto rows =
        database_.query("SELECT 1 FROM audit_index WHERE term = ?1 AND sequence = ?2", entry.term, entry.sequence);
    if (!rows.next()) return false;
    ++entries_;
    return true;
  }

  storage::Database& database_;
  Found const& found_;
  MetEntries met_;
  std::int64_t entries_ = 0;
};

}  // namespace

void compare_ledger(storage::Database& database, Found const& found) {
  std::int64_t commits = 0;
  std::uint64_t epoch = 0;
  each_mutation(database, [&](std::uint64_t sequence, Record const& record) {
    ++commits;
    if (record.commit_seq != sequence) {
      found({.where = mutation(sequence), .what = "it calls itself number " + std::to_string(record.commit_seq)});
    }
    if (record.epoch < epoch) {
      found({.where = mutation(sequence),
             .what = "it was made in epoch " + std::to_string(record.epoch) + ", after one of epoch " +
                     std::to_string(epoch)});
    }
    epoch = std::max(epoch, record.epoch);
    compare_row(database, record, mutation(sequence), found);
  });
  auto const counted = count(database, "SELECT count(*) FROM ledger WHERE status = 'COMMITTED'");
  if (counted != commits) find_strays(database, found);
  compare_refusals(database, found);
}

void compare_index(storage::Database& database, Found const& found) {
  IndexReading reading(database, found);
  each_mutation(database, [&](std::uint64_t sequence, Record const& record) { reading.read(sequence, record); });
  auto const stray = count(database, "SELECT count(*) FROM audit_index") - reading.entries();
  if (stray > 0) {
    found({.where = "audit_index",
           .what = counted(stray, "entry leads to a record that does not have it",
                           "entries lead to records that do not have them")});
  }
}

void compare_epoch(storage::Database& database, Found const& found) {
  auto const stored = Ledger(database, std::nullopt).epoch_behind();
  if (!stored) return;
  found({.where = "meta",
         .what =
             "the store says epoch " + std::to_string(*stored) + ", and its newest mutation was made in a later one"});
}

}  // namespace decapod::ledger
