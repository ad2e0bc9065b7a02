#pragma once
// Pages of entries and of files, and matches of a search.

#include "store.h"

namespace decapod::knowledge::store {

// A page looks at a bounded stretch of its order, whatever its filters let through.
struct Page {
  std::vector<Entry> entries;       // newest first
  std::optional<std::int64_t> end;  // there are older ones than this number
};
// Entries older than `before` (a number), if it is given. Without request.state and --all: live ones.
Page list(Database& database, List const& request, std::optional<std::int64_t> before, Timestamp now);

struct Found {
  Entry entry;
  std::string excerpt;
};
struct Matches {
  std::vector<Found> found;  // best first; of more than lookup::kRankedMost texts that match: the latest first
  Truncated truncated = Truncated::no;
};
// `query` is what lookup::fts_query() made.
Matches search(Database& database, std::string_view query, Search const& request, Timestamp now);

struct FilePage {
  std::vector<CheckedFile> files;   // unchecked; those of the newest entry first
  std::optional<std::int64_t> end;  // there are older ones than this number
};
// Files of one entry, or of all that are live, older than `before` (a number of a source).
FilePage files(Database& database, std::optional<std::int64_t> entry, std::optional<std::int64_t> before,
               std::int64_t limit, Timestamp now);

}  // namespace decapod::knowledge::store
