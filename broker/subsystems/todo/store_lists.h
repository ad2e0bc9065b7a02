#pragma once
// Pages of items, matches of a search.

#include "cursor.h"
#include "store.h"

namespace decapod::todo::store {

struct Page {
  std::vector<Item> items;
  std::int64_t total = 0;
  Counted counted = Counted::exactly;
  std::optional<PageEnd> end;  // there are more items after this one
};

// `parent` is the number of request.parent's item; `after` is where the page before ended.
Page list(Database& database, List const& request, std::optional<std::int64_t> parent,
          std::optional<PageEnd> const& after, Instant const& now);

struct Matches {
  std::vector<Item> items;  // best first; equal ones by id. Of more than 1,000 texts that match: the latest first
  Truncated truncated = Truncated::no;
};
// `query` is what fts_query() made. Every term has to occur in an item's own words or in one of its comments.
Matches search(Database& database, std::string_view query, All all, std::int64_t limit);

}  // namespace decapod::todo::store
