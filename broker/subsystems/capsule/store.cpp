#include "store.h"

#include <decapod/base/reflect.h>

#include <algorithm>

namespace decapod::capsule::store {
namespace {

constexpr std::string_view kBriefColumns =
    " number, id, hash, topic, scope, task, workunit, tier, policy, commit_id, excerpts, issued_at, issued_by ";
constexpr int kBriefCount = 13;
constexpr std::int64_t kShownMatches = 5;

Brief brief_in(storage::Rows const& rows) {
  return {.id = rows.text(1),
          .hash = hex(rows.blob(2)),
          .topic = rows.text(3),
          .scope = rows.text(4),
          .task = rows.text(5),
          .workunit = rows.optional_text(6),
          // A gate finds the word that is none.
          .tier = from_text<governance::Risk>(rows.view(7)).value_or(governance::Risk::critical),
          .policy = rows.text(8),
          .commit = rows.text(9),
          .excerpts = rows.integer(10),
          .issued_at = rows.time(11),
          .issued_by = rows.text(12)};
}

// Of a query of kBriefColumns and then the document.
Row row_in(storage::Rows const& rows) {
  return {.number = rows.integer(0),
          .hash = sha256_from(rows.blob(2)).value_or(Sha256{}),
          .document = rows.text(kBriefCount),
          .brief = brief_in(rows)};
}

std::string select(std::string_view columns, std::string_view tail) {
  return "SELECT" + std::string(kBriefColumns) + std::string(columns) + "FROM capsule_capsule " + std::string(tail);
}

// ?1 below which number, ?2 and ?4 scope and workunit or NULL, ?3 how many, ?5 what leads.
std::string list_sql(std::string_view lead) {
  return select("", "WHERE number < ?1 AND (?2 IS NULL OR scope = ?2) AND (?4 IS NULL OR workunit = ?4) AND " +
                        std::string(lead) + " ORDER BY number DESC LIMIT ?3");
}

// '~' sorts after every byte that an id may have.
std::vector<std::string> ids_from(Database& database, std::string_view prefix) {
  std::vector<std::string> ids;
  auto rows = database.query("SELECT id FROM capsule_capsule WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", prefix,
                             std::string(prefix) + '~', kShownMatches + 1);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

std::vector<std::string> latest_ids(Database& database) {
  std::vector<std::string> ids;
  auto rows = database.query("SELECT id FROM capsule_capsule ORDER BY number DESC LIMIT ?", kShownMatches);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

}  // namespace

std::optional<Row> find(Database& database, std::string_view id) {
  static std::string const sql = select(", document ", "WHERE id = ?");
  auto rows = database.query(sql, id);
  return rows.next() ? std::optional(row_in(rows)) : std::nullopt;
}

Result<Row> resolve(Database& database, std::string_view id) {
  if (auto row = find(database, id)) return *std::move(row);
  auto matches = ids_from(database, id);
  if (matches.size() == 1) return *find(database, matches.front());
  auto const typed = '\'' + std::string(id) + '\'';
  auto error = matches.empty()
                   ? fail(ErrorCode::not_found, "no capsule " + typed, {{"id", id}})
                   : fail(ErrorCode::ambiguous_id, typed + " begins the ids of several capsules", {{"id", id}});
  error.suggestions = matches.empty() ? latest_ids(database) : std::move(matches);
  return error;
}

void insert(Database& database, Row const& row) {
  auto const& brief = row.brief;
  database.execute(
      "INSERT INTO capsule_capsule (id, hash, document, topic, scope, task, workunit, tier, policy, commit_id, "
      "excerpts,"
      " issued_at, issued_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      brief.id, row.hash, row.document, brief.topic, brief.scope, brief.task, brief.workunit, to_text(brief.tier),
      brief.policy, brief.commit, brief.excerpts, brief.issued_at, brief.issued_by);
}

Page list(Database& database, List const& request) {
  // One text for each index that can lead, so that the statements are kept.
  static std::string const of_task = list_sql("task = ?5");
  static std::string const of_workunit = list_sql("workunit = ?5");
  static std::string const of_scope = list_sql("scope = ?5");
  static std::string const all = list_sql("?5 IS NULL");
  auto const& lead = request.task ? request.task : request.workunit ? request.workunit : request.scope;
  auto const& sql = request.task ? of_task : request.workunit ? of_workunit : request.scope ? of_scope : all;
  auto rows = database.query(sql, request.cursor.value_or(std::numeric_limits<std::int64_t>::max()), request.scope,
                             request.limit + 1, request.workunit, lead);
  Page page;
  std::int64_t last = 0;
  while (rows.next()) {
    if (static_cast<std::int64_t>(page.capsules.size()) == request.limit) {
      page.next = last;
      break;
    }
    last = rows.integer(0);
    page.capsules.push_back(brief_in(rows));
  }
  return page;
}

std::vector<Row> after(Database& database, std::int64_t number, std::int64_t limit) {
  static std::string const sql = select(", document ", "WHERE number > ? ORDER BY number LIMIT ?");
  std::vector<Row> found;
  auto rows = database.query(sql, number, limit);
  while (rows.next()) found.push_back(row_in(rows));
  return found;
}

}  // namespace decapod::capsule::store
