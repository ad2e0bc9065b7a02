#include "store_lists.h"

#include <decapod/base/reflect.h>
#include <decapod/base/utf8.h>
#include <decapod/lookup/search.h>

#include <limits>

namespace decapod::knowledge::store {
namespace {

// About ten milliseconds of work.
constexpr std::int64_t kLookedAtMost = 5'000;
constexpr std::size_t kExcerptBytes = 300;

std::int64_t first_before(std::optional<std::int64_t> before) {
  return before.value_or(std::numeric_limits<std::int64_t>::max());
}

constexpr std::string_view kEveryEntry = "knowledge_entry WHERE true";
constexpr std::string_view kProcedural =
    "knowledge_entry INDEXED BY knowledge_entry_procedural WHERE promoted_at IS NOT NULL";
constexpr std::string_view kEverySource = "knowledge_source WHERE true";
constexpr std::string_view kOfAuthor = "knowledge_entry INDEXED BY knowledge_entry_author WHERE created_by = ?3";
constexpr std::string_view kOnFile =
    "(SELECT DISTINCT entry AS number FROM knowledge_source INDEXED BY knowledge_source_file"
    " WHERE kind = 'file' AND value = ?3) WHERE true";

// The number of the last row of a stretch that begins before `before`; nullopt: there are no more than that. `rows_of`
// is a table, and which of its rows count; `value` is its ?3.
std::optional<std::int64_t> end_of_stretch(Database& database, std::string_view rows_of, std::int64_t before,
                                           std::optional<std::string> const& value = std::nullopt) {
  auto rows = database.query("SELECT number FROM " + std::string(rows_of) +
                                 " AND number < ?1 AND ?3 IS ?3 ORDER BY number DESC LIMIT 2 OFFSET ?2",
                             before, kLookedAtMost - 1, value);
  if (!rows.next()) return std::nullopt;
  auto const end = rows.integer(0);
  return rows.next() ? std::optional(end) : std::nullopt;
}

bool is_wanted(List const& request, State state) {
  if (request.all == All::yes) return true;
  return state == request.state.value_or(State::live);
}

// The way to the rows that counts fewest of them: a stretch is of these alone, so that what is rare fills a page.
enum class Way : std::uint8_t { file, procedural, author, all };

Way way_of(List const& request) {
  if (request.path) return Way::file;
  if (request.grade == Grade::procedural) return Way::procedural;
  return request.author ? Way::author : Way::all;
}

std::optional<std::int64_t> end_of_list(Database& database, List const& request, std::int64_t before) {
  switch (way_of(request)) {
    case Way::file:
      return end_of_stretch(database, kOnFile, before, request.path);
    case Way::procedural:
      return end_of_stretch(database, kProcedural, before);
    case Way::author:
      return end_of_stretch(database, kOfAuthor, before, request.author);
    case Way::all:
      break;
  }
  return end_of_stretch(database, kEveryEntry, before);
}

std::string_view table_for(Way way) {
  switch (way) {
    case Way::file:
      return "(SELECT DISTINCT entry FROM knowledge_source INDEXED BY knowledge_source_file WHERE kind = 'file' AND"
             " value = ?5 AND entry < ?1 AND entry >= ?2) s CROSS JOIN knowledge_entry e ON e.number = s.entry ";
    case Way::procedural:
      return "knowledge_entry e INDEXED BY knowledge_entry_procedural ";
    case Way::author:
      return "knowledge_entry e INDEXED BY knowledge_entry_author ";
    case Way::all:
      break;
  }
  return "knowledge_entry e ";
}

std::string list_sql(List const& request) {
  auto sql = "SELECT" + std::string(kEntryColumns) + "FROM " + std::string(table_for(way_of(request)));
  sql += "WHERE e.number < ?1 AND e.number >= ?2";
  if (request.kind) sql += " AND e.kind = ?3";
  if (request.author) sql += " AND e.created_by = ?4";
  if (request.grade == Grade::procedural) sql += " AND e.promoted_at IS NOT NULL";
  if (request.grade == Grade::noted) sql += " AND e.promoted_at IS NULL";
  // All parameters are there in each form.
  return sql += " AND ?3 IS ?3 AND ?4 IS ?4 AND ?5 IS ?5 ORDER BY e.number DESC";
}

// Numbers of what matches, best first.
std::vector<std::int64_t> matching(Database& database, std::string_view query, lookup::Ranking ranking) {
  static std::string const latest =
      "SELECT rowid FROM knowledge_search WHERE knowledge_search MATCH ? ORDER BY rowid DESC LIMIT " +
      std::to_string(lookup::kRankedMost);
  std::vector<std::int64_t> numbers;
  auto rows =
      ranking == lookup::Ranking::latest_first
          ? database.query(latest, query)
          : database.query(
                "SELECT rowid FROM knowledge_search WHERE knowledge_search MATCH ? ORDER BY rank, rowid DESC", query);
  while (rows.next()) numbers.push_back(rows.integer(0));
  return numbers;
}

std::string excerpt_of(Database& database, std::string_view query, std::int64_t number) {
  auto rows = database.query(
      "SELECT snippet(knowledge_search, 1, '', '', '...', 24) FROM knowledge_search WHERE knowledge_search MATCH ?"
      " AND rowid = ?",
      query, number);
  return rows.next() ? std::string(utf8_prefix(rows.view(0), kExcerptBytes)) : "";
}

CheckedFile row_to_file(storage::Rows const& rows) {
  return {.id = rows.text(1),
          .path = rows.text(4),
          .first_line = rows.optional_integer(5),
          .last_line = rows.optional_integer(6),
          .sha256 = hex(rows.blob(7))};
}

}  // namespace

Page list(Database& database, List const& request, std::optional<std::int64_t> before, Timestamp now) {
  auto const first = first_before(before);
  auto const end = end_of_list(database, request, first);
  std::optional<std::string_view> kind;
  if (request.kind) kind = to_text(*request.kind);
  auto rows = database.query(list_sql(request), first, end.value_or(0), kind, request.author, request.path);
  Page page{.entries = {}, .end = end};
  while (rows.next()) {
    auto entry = row_to_entry(rows);
    if (!is_wanted(request, rules::state_of(entry.standing(), now))) continue;
    if (static_cast<std::int64_t>(page.entries.size()) == request.limit) {
      page.end = page.entries.back().number;
      break;
    }
    page.entries.push_back(std::move(entry));
  }
  return page;
}

Matches search(Database& database, std::string_view query, Search const& request, Timestamp now) {
  auto const ranking = lookup::ranking_of(database, "knowledge_search", query);
  Matches matches;
  if (ranking == lookup::Ranking::latest_first) matches.truncated = Truncated::yes;
  for (auto const number : matching(database, query, ranking)) {
    auto entry = find(database, number);
    if (!entry || (request.kind && entry->kind != *request.kind)) continue;
    if (request.all == All::no && rules::state_of(entry->standing(), now) != State::live) continue;
    if (static_cast<std::int64_t>(matches.found.size()) == request.limit) {
      matches.truncated = Truncated::yes;
      break;
    }
    matches.found.push_back({*std::move(entry), excerpt_of(database, query, number)});
  }
  return matches;
}

FilePage files(Database& database, std::optional<std::int64_t> entry, std::optional<std::int64_t> before,
               std::int64_t limit, Timestamp now) {
  static std::string const columns =
      "SELECT s.number, e.id, e.successor, e.expires_at, s.value, s.first_line, s.last_line, s.sha256"
      " FROM knowledge_source s JOIN knowledge_entry e ON e.number = s.entry"
      " WHERE s.number < ?1 AND s.number >= ?2 AND s.kind = 'file' AND ";
  static std::string const of_one = columns + "s.entry = ?3 ORDER BY s.number DESC";
  static std::string const of_all = columns + "?3 IS NULL ORDER BY s.number DESC";
  auto const first = first_before(before);
  FilePage page;
  // Those of one entry are few.
  if (!entry) page.end = end_of_stretch(database, kEverySource, first);
  auto rows = database.query(entry ? of_one : of_all, first, page.end.value_or(0), entry);
  std::int64_t last = 0;
  while (rows.next()) {
    rules::Standing const standing{rows.optional_integer(2), rows.optional_time(3)};
    if (!entry && rules::state_of(standing, now) != State::live) continue;
    if (static_cast<std::int64_t>(page.files.size()) == limit) {
      page.end = last;
      break;
    }
    page.files.push_back(row_to_file(rows));
    last = rows.integer(0);
  }
  return page;
}

}  // namespace decapod::knowledge::store
