#include "store.h"

#include <algorithm>

namespace decapod::promote::store {
namespace {

constexpr std::string_view kColumns =
    "SELECT number, id, digest, lineage, kind, revision, marker FROM promote_promotion ";
constexpr std::int64_t kShownMatches = 5;

Row row_in(storage::Rows const& rows) {
  return {.number = rows.integer(0),
          .id = rows.text(1),
          .digest = sha256_from(rows.blob(2)).value_or(Sha256{}),
          .lineage = rows.text(3),
          .kind = rows.text(4),
          .revision = rows.text(5),
          .marker = rows.text(6)};
}

std::vector<Row> all_of(storage::Rows rows) {
  std::vector<Row> found;
  while (rows.next()) found.push_back(row_in(rows));
  return found;
}

// One text for each question, so that its statement is kept.
std::string const kResolve = std::string(kColumns) + "WHERE id >= ? AND id < ? ORDER BY id LIMIT ?";
std::string const kAfter = std::string(kColumns) + "WHERE number > ? ORDER BY number LIMIT ?";
std::string const kNewest = std::string(kColumns) +
                            "WHERE (?1 = '' OR number IN (SELECT promotion FROM promote_unit WHERE unit = ?1))"
                            " AND (?2 = '' OR kind = ?2) AND (?3 = 0 OR number < ?3) ORDER BY number DESC LIMIT ?4";

}  // namespace

void insert(Database& database, Row const& row, std::vector<std::string> const& units) {
  database.execute(
      "INSERT INTO promote_promotion (id, digest, lineage, kind, revision, marker) VALUES (?, ?, ?, ?, ?, ?)", row.id,
      row.digest, row.lineage, row.kind, row.revision, row.marker);
  for (auto const& unit : units) {
    database.execute("INSERT INTO promote_unit (unit, promotion) SELECT ?, number FROM promote_promotion WHERE id = ?",
                     unit, row.id);
  }
}

Result<Row> resolve(Database& database, std::string_view id) {
  // Every id is made of digits below 'g', 'p' and '-'.
  auto const end = std::string(id) + "~";
  auto found = all_of(database.query(kResolve, id, end, kShownMatches));
  if (found.size() == 1 || (!found.empty() && found.front().id == id)) return std::move(found.front());
  if (found.empty()) return fail(ErrorCode::not_found, "no promotion '" + std::string(id) + '\'', {{"id", id}});
  auto error =
      fail(ErrorCode::ambiguous_id, "more than one promotion begins with '" + std::string(id) + '\'', {{"id", id}});
  for (auto const& row : found) error.suggestions.push_back(row.id);
  return error;
}

std::vector<Row> newest(Database& database, Wanted const& wanted) {
  return all_of(database.query(kNewest, wanted.unit, wanted.kind, wanted.before, wanted.limit));
}

std::vector<Row> after(Database& database, std::int64_t number, std::int64_t limit) {
  return all_of(database.query(kAfter, number, limit));
}

std::vector<std::string> units_of(Database& database, std::int64_t number) {
  std::vector<std::string> units;
  auto rows = database.query("SELECT unit FROM promote_unit WHERE promotion = ? ORDER BY unit", number);
  while (rows.next()) units.push_back(rows.text(0));
  return units;
}

std::optional<SealRow> seal_of(Database& database, std::int64_t number) {
  auto rows = database.query("SELECT statement, signature, marker FROM promote_seal WHERE promotion = ?", number);
  if (!rows.next()) return std::nullopt;
  return SealRow{.statement = {.text = rows.text(0), .signature = rows.text(1)}, .marker = rows.text(2)};
}

void insert_seal(Database& database, std::int64_t number, SealRow const& seal) {
  database.execute("INSERT INTO promote_seal (promotion, statement, signature, marker) VALUES (?, ?, ?, ?)", number,
                   seal.statement.text, seal.statement.signature, seal.marker);
}

}  // namespace decapod::promote::store
