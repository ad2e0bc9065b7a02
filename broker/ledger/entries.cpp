// The rows: entries of the ledger and terms of the index.

#include <decapod/ledger/ledger.h>

#include <algorithm>
#include <span>

namespace decapod::ledger {
namespace {

storage::Failure damaged(std::string_view key) {
  return {ErrorCode::corrupt, 0, "the ledger's row of request id '" + std::string(key) + "' is damaged"};
}

}  // namespace

std::optional<Entry> Ledger::find(std::string_view key) {
  auto rows = database_.query(
      "SELECT digest, status, epoch, commit_seq, request_id, operation, actor, at, reply FROM ledger WHERE key = ?1",
      key);
  if (!rows.next()) return std::nullopt;
  auto const digest = sha256_from(rows.blob(0));
  auto const outcome = from_text<Outcome>(rows.view(1));
  // Neither may be guessed: the one decides whether a repetition is the same request, the other what it is told.
  if (!digest || !outcome) throw damaged(key);
  Entry entry;
  entry.digest = *digest;
  entry.outcome = *outcome;
  if (!rows.is_null(3)) {
    entry.marker = Marker{static_cast<std::uint64_t>(rows.integer(2)), static_cast<std::uint64_t>(rows.integer(3))};
  }
  entry.request_id = rows.text(4);
  entry.operation = rows.text(5);
  entry.actor = rows.text(6);
  entry.at = rows.time(7);
  entry.reply = rows.optional_text(8);
  return entry;
}

void Ledger::insert_entry(Asked const& asked, Outcome outcome, std::optional<Marker> marker, std::string_view reply) {
  std::optional<std::uint64_t> epoch;
  std::optional<std::uint64_t> commit_seq;
  if (marker) {
    epoch = marker->epoch;
    commit_seq = marker->commit_seq;
  }
  database_.execute(
      "INSERT INTO ledger (key, digest, status, epoch, commit_seq, request_id, operation, actor, at, reply) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      asked.key, asked.digest, to_text(outcome), epoch, commit_seq, asked.record.request_id, asked.operation,
      asked.record.actor, asked.record.ts, reply);
}

std::vector<std::string> terms_of(audit::Record const& record) {
  std::vector<std::string> terms{"actor:" + record.actor, "db:" + record.db_id, "op:" + record.request_type};
  for (auto const& key : record.affected_keys) terms.push_back("key:" + key);
  std::ranges::sort(terms);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

// Four at once, as the most common record has them: to run a statement costs a third of what an entry does.
void Ledger::index(audit::Record const& record, std::uint64_t sequence) {
  auto const terms = terms_of(record);
  auto rest = std::span(terms);
  for (; rest.size() >= 4; rest = rest.subspan(4)) {
    database_.execute(
        "INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?5), (?2, ?5), (?3, ?5), (?4, ?5)", rest[0],
        rest[1], rest[2], rest[3], sequence);
  }
  for (auto const& term : rest) {
    database_.execute("INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?2)", term, sequence);
  }
}

}  // namespace decapod::ledger
