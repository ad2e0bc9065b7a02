#include "store_lists.h"

#include <decapod/lookup/search.h>

namespace decapod::todo::store {
namespace {

// Each item once, with what its best document says. ?1 query, ?2 archived ones too, ?3 how many items.
std::string search_sql(std::string_view score, std::string_view matches) {
  // A document belongs to an item by its row number: even ones are items, odd ones comments.
  std::string sql(
      "FROM (SELECT CASE WHEN doc % 2 = 0 THEN doc / 2"
      " ELSE (SELECT item FROM todo_comment WHERE number = doc / 2) END AS item, min(");
  sql += score;
  sql += ") AS best FROM (";
  sql += matches;
  return select_items(sql +=
                      ") GROUP BY 1) m JOIN todo_item i ON i.number = m.item"
                      " WHERE i.status <> 'archived' OR ?2 ORDER BY m.best, i.id LIMIT ?3");
}

}  // namespace

Matches search(Database& database, std::string_view query, All all, std::int64_t limit) {
  static std::string const by_relevance =
      search_sql("rank", "SELECT rowid AS doc, rank FROM todo_search WHERE todo_search MATCH ?1");
  static std::string const latest_first =
      search_sql("-doc", "SELECT rowid AS doc FROM todo_search WHERE todo_search MATCH ?1 ORDER BY rowid DESC LIMIT " +
                             std::to_string(lookup::kRankedMost));
  auto const ranking = lookup::ranking_of(database, "todo_search", query);
  Matches found;
  if (ranking == lookup::Ranking::latest_first) found.truncated = Truncated::yes;
  auto rows = database.query(ranking == lookup::Ranking::latest_first ? latest_first : by_relevance, query,
                             all == All::yes, limit + 1);
  while (rows.next()) found.items.push_back(row_to_item(rows));
  if (static_cast<std::int64_t>(found.items.size()) > limit) {
    found.items.pop_back();
    found.truncated = Truncated::yes;
  }
  return found;
}

}  // namespace decapod::todo::store
