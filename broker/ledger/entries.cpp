// The rows: entries of the ledger and terms of the index.

#include <decapod/ledger/ledger.h>

#include <cstring>

namespace decapod::ledger {

std::optional<Entry> Ledger::find(std::string_view key) {
  auto rows = database_.query(
      "SELECT digest, status, epoch, commit_seq, request_id, operation, actor, at, reply FROM ledger WHERE key = ?1",
      key);
  if (!rows.next()) return std::nullopt;
  Entry entry;
  auto const digest = rows.blob(0);
  if (digest.size() == entry.digest.bytes.size()) std::memcpy(entry.digest.bytes.data(), digest.data(), digest.size());
  entry.status = rows.text(1);
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

void Ledger::insert_entry(Asked const& asked, std::string_view status, std::optional<Marker> marker,
                          std::string_view reply) {
  std::optional<std::uint64_t> epoch;
  std::optional<std::uint64_t> commit_seq;
  if (marker) {
    epoch = marker->epoch;
    commit_seq = marker->commit_seq;
  }
  database_.execute(
      "INSERT INTO ledger (key, digest, status, epoch, commit_seq, request_id, operation, actor, at, reply) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      asked.key, asked.digest, status, epoch, commit_seq, asked.record.request_id, asked.operation, asked.record.actor,
      asked.record.ts, reply);
}

void Ledger::index(audit::Record const& record, std::uint64_t sequence) {
  auto const add = [&](std::string const& term) {
    database_.execute("INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?2)", term, sequence);
  };
  add("actor:" + record.actor);
  add("db:" + record.db_id);
  add("op:" + record.request_type);
  for (auto const& key : record.affected_keys) add("key:" + key);
}

}  // namespace decapod::ledger
