#include "store.h"

#include <decapod/base/reflect.h>

namespace decapod::knowledge::store {
namespace {

// What a gate reports stands here as the first of its kind.
template <class E>
E read_enum(storage::Rows const& rows, int column) {
  return from_text<E>(rows.view(column)).value_or(E{});
}

std::optional<Deed> read_deed(storage::Rows const& rows, int first) {
  if (rows.is_null(first)) return std::nullopt;
  return Deed{rows.time(first), rows.text(first + 1), rows.text(first + 2)};
}

std::optional<Promotion> read_promotion(storage::Rows const& rows, int first) {
  auto deed = read_deed(rows, first);
  if (!deed) return std::nullopt;
  return Promotion{
      *std::move(deed),
      rows.text(first + 3),
      {static_cast<std::uint64_t>(rows.integer(first + 4)), static_cast<std::uint64_t>(rows.integer(first + 5))}};
}

// A deed as three columns, all of them or none.
struct Columns {
  std::optional<Timestamp> at;
  std::optional<std::string> actor;
  std::optional<std::string> reason;
};
Columns columns(std::optional<Deed> const& deed) {
  if (!deed) return {};
  return {deed->at, deed->actor, deed->reason};
}

void insert_source(Database& database, std::int64_t entry, Kept const& kept) {
  std::optional<std::int64_t> first, last;
  if (kept.source.lines) {
    first = kept.source.lines->first;
    last = kept.source.lines->last;
  }
  database.execute(
      "INSERT INTO knowledge_source (entry, kind, value, first_line, last_line, sha256) VALUES (?, ?, ?, ?, ?, ?)",
      entry, to_text(kept.source.kind), kept.source.value, first, last, kept.sha256);
}

std::optional<std::string> one_text(storage::Rows rows) {
  if (!rows.next()) return std::nullopt;
  return rows.text(0);
}

}  // namespace

std::string entry_key(std::string_view id) {
  return std::string(kEntries.key) + std::string(id);
}

Entry row_to_entry(storage::Rows const& rows) {
  return {.number = rows.integer(0),
          .id = rows.text(1),
          .title = rows.text(2),
          .kind = read_enum<EntryKind>(rows, 3),
          .digest = sha256_from(rows.blob(4)).value_or(Sha256{}),
          .created_at = rows.time(5),
          .created_by = rows.text(6),
          .successor = rows.optional_integer(7),
          .superseded = read_deed(rows, 8),
          .expires_at = rows.optional_time(11),
          .expiry = read_deed(rows, 12),
          .promotion = read_promotion(rows, 15)};
}

std::optional<Entry> find(Database& database, std::int64_t number) {
  static std::string const sql = "SELECT" + std::string(kEntryColumns) + "FROM knowledge_entry e WHERE e.number = ?";
  auto rows = database.query(sql, number);
  if (!rows.next()) return std::nullopt;
  return row_to_entry(rows);
}

std::string id_of(Database& database, std::int64_t number) {
  return one_text(database.query("SELECT id FROM knowledge_entry WHERE number = ?", number)).value_or("");
}

std::string body(Database& database, std::int64_t number) {
  return one_text(database.query("SELECT body FROM knowledge_body WHERE entry = ?", number)).value_or("");
}

std::vector<Kept> sources(Database& database, std::int64_t number) {
  std::vector<Kept> found;
  auto rows = database.query(
      "SELECT kind, value, first_line, last_line, sha256 FROM knowledge_source WHERE entry = ? ORDER BY number",
      number);
  while (rows.next()) {
    Kept kept{.source = {.kind = read_enum<SourceKind>(rows, 0), .value = rows.text(1), .lines = std::nullopt},
              .sha256 = std::nullopt};
    if (!rows.is_null(2)) kept.source.lines = Lines{rows.integer(2), rows.integer(3)};
    if (!rows.is_null(4)) kept.sha256 = sha256_from(rows.blob(4));
    found.push_back(std::move(kept));
  }
  return found;
}

std::int64_t insert(Database& database, Entry const& entry, std::string_view text, std::vector<Kept> const& kept) {
  std::int64_t number = 0;
  {
    auto rows = database.query(
        "INSERT INTO knowledge_entry (id, title, kind, digest, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING number",
        entry.id, entry.title, to_text(entry.kind), entry.digest, entry.created_at, entry.created_by);
    rows.next();
    number = rows.integer(0);
    rows.next();
  }
  database.execute("INSERT INTO knowledge_body (entry, body) VALUES (?, ?)", number, text);
  std::string found_by;
  for (auto const& one : kept) {
    insert_source(database, number, one);
    found_by += (found_by.empty() ? "" : "\n") + one.source.value;
  }
  database.execute("INSERT INTO knowledge_search (rowid, title, body, sources) VALUES (?, ?, ?, ?)", number,
                   entry.title, text, found_by);
  return number;
}

void save(Database& database, Entry const& entry) {
  auto const superseded = columns(entry.superseded);
  auto const expiry = columns(entry.expiry);
  auto const promotion = columns(entry.promotion ? std::optional(entry.promotion->deed) : std::nullopt);
  std::optional<std::string> record;
  std::optional<std::uint64_t> epoch, sequence;
  if (entry.promotion) {
    record = entry.promotion->record;
    epoch = entry.promotion->marker.epoch;
    sequence = entry.promotion->marker.commit_seq;
  }
  database.execute(
      "UPDATE knowledge_entry SET successor = ?, superseded_at = ?, superseded_by = ?, supersede_reason = ?,"
      " expires_at = ?, expired_at = ?, expired_by = ?, expire_reason = ?, promoted_at = ?, promoted_by = ?,"
      " promote_reason = ?, promotion = ?, promoted_epoch = ?, promoted_seq = ? WHERE number = ?",
      entry.successor, superseded.at, superseded.actor, superseded.reason, entry.expires_at, expiry.at, expiry.actor,
      expiry.reason, promotion.at, promotion.actor, promotion.reason, record, epoch, sequence, entry.number);
}

std::optional<std::int64_t> successor_of(Database& database, std::int64_t number) {
  auto rows = database.query("SELECT successor FROM knowledge_entry WHERE number = ?", number);
  return rows.next() ? rows.optional_integer(0) : std::nullopt;
}

std::vector<std::string> predecessors(Database& database, std::int64_t number, std::int64_t limit) {
  std::vector<std::string> ids;
  auto rows =
      database.query("SELECT id FROM knowledge_entry WHERE successor = ? ORDER BY number DESC LIMIT ?", number, limit);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

std::int64_t count_predecessors(Database& database, std::int64_t number) {
  auto rows = database.query("SELECT count(*) FROM knowledge_entry WHERE successor = ?", number);
  rows.next();
  return rows.integer(0);
}

std::optional<Timestamp> next_expiry(Database& database, Timestamp now) {
  auto rows = database.query(
      "SELECT min(expires_at) FROM knowledge_entry WHERE expires_at > ? AND expires_at IS NOT NULL AND"
      " successor IS NULL",
      now);
  return rows.next() ? rows.optional_time(0) : std::nullopt;
}

}  // namespace decapod::knowledge::store
