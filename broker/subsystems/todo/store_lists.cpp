#include "store_lists.h"

#include <decapod/lookup/search.h>

#include "store_index.h"

namespace decapod::todo::store {
namespace {

// Each item once, with what its best text says. `matches`: SQL of (doc, score), the best score first. ?1 query, ?2
// archived ones too, ?3 how many items.
std::string search_sql(std::string_view matches, Known known) {
  // A document belongs to an item by its row number: even ones are items, odd ones comments.
  std::string sql(
      "FROM (SELECT CASE WHEN doc % 2 = 0 THEN doc / 2"
      " ELSE (SELECT item FROM todo_comment WHERE number = doc / 2) END AS item, min(score) AS best FROM (");
  sql += matches;
  // How well a text matches cannot be told of one that is not indexed yet, beside the others: those stand before them.
  if (known == Known::not_all) {
    sql += " UNION ALL SELECT rowid AS doc, -1e15 - rowid AS score FROM todo_unindexed WHERE todo_unindexed MATCH ?1";
  }
  return select_items(sql +=
                      ") GROUP BY 1) m JOIN todo_item i ON i.number = m.item"
                      " WHERE i.status <> 'archived' OR ?2 ORDER BY m.best, i.id LIMIT ?3");
}

std::string matches_of(lookup::Ranking ranking) {
  if (ranking == lookup::Ranking::by_relevance) {
    return "SELECT rowid AS doc, rank AS score FROM todo_search WHERE todo_search MATCH ?1";
  }
  return "SELECT doc, -doc AS score FROM (SELECT rowid AS doc FROM todo_search WHERE todo_search MATCH ?1"
         " ORDER BY rowid DESC LIMIT " +
         std::to_string(lookup::kRankedMost) + ")";
}

}  // namespace

Matches search(Database& database, std::string_view query, All all, std::int64_t limit) {
  auto const known = fill_memory_index(database);
  auto const ranking = lookup::ranking_of(database, "todo_search", query);
  Matches found;
  if (ranking == lookup::Ranking::latest_first) found.truncated = Truncated::yes;
  auto rows = database.query(search_sql(matches_of(ranking), known), query, all == All::yes, limit + 1);
  while (rows.next()) found.items.push_back(row_to_item(rows));
  if (static_cast<std::int64_t>(found.items.size()) > limit) {
    found.items.pop_back();
    found.truncated = Truncated::yes;
  }
  return found;
}

}  // namespace decapod::todo::store
