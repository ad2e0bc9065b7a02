#pragma once
// Full-text search: what people type, whether it can be ranked, and keeping an index in few parts.

#include <decapod/contract/subsystem.h>

#include <string>
#include <string_view>

namespace decapod::lookup {

// What people type into a search, as an FTS5 query that is never a syntax error: each word becomes a quoted string, all
// of which must match; the last one may be the beginning of a word. "" when there is no letter or digit to look for.
std::string fts_query(std::string_view words);
// The same, or bad_request. `example` is a search command, for the hint.
Result<std::string> asked_query(std::string_view words, std::string_view example);

// To rank a match is to read it and all others: where there are more than this, the latest stand for them, unranked.
inline constexpr std::int64_t kRankedMost = 1000;
enum class Ranking : std::uint8_t { by_relevance, latest_first };
// `index` is the name of an FTS5 table.
Ranking ranking_of(storage::Database& database, std::string_view index, std::string_view query);

// Merges parts of the index: about 32 pages at a time, and the first page of each part that takes part. Every write
// adds a part, and a search looks into each. To be called when nobody waits.
contract::Left merge_search(storage::Database& database, std::string_view index);

}  // namespace decapod::lookup
