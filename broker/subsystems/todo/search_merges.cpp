#include "search_merges.h"

namespace decapod::todo {
namespace {

constexpr int kPages = 32;

// FTS5's list of parts: it changes exactly when something was merged.
std::string parts(storage::Database& database) {
  auto rows = database.query("SELECT hex(block) FROM todo_search_data WHERE id = 10");
  return rows.next() ? rows.text(0) : "";
}

}  // namespace

contract::Left merge_search(storage::Database& database) {
  auto const before = parts(database);
  database.execute("INSERT INTO todo_search (todo_search, rank) VALUES ('merge', ?)", kPages);
  return parts(database) == before ? contract::Left::nothing : contract::Left::more;
}

}  // namespace decapod::todo
