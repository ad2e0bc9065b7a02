// The rows of the ledger.

#include <decapod/ledger/ledger.h>

namespace decapod::ledger {
namespace {

storage::Failure damaged(std::string_view key) {
  return {ErrorCode::corrupt, 0, "the ledger's row of request id '" + std::string(key) + "' is damaged"};
}

}  // namespace

std::optional<Entry> Ledger::find(std::string_view key) {
  // Nearly no key is there: then a command that leads prepares the small statement alone, in a fourth of the time. One
  // that is there is looked up twice.
  if (!database_.query("SELECT 1 FROM ledger WHERE key = ?1", key).next()) return std::nullopt;
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

}  // namespace decapod::ledger
