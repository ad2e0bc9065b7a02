#pragma once
// What people type into a search, as an FTS5 query that is never a syntax error.

#include <string>
#include <string_view>

namespace decapod::todo {

// Each word becomes a quoted string, all of which must match; the last one may be the beginning of a word. "" when
// there is no letter or digit to look for.
std::string fts_query(std::string_view words);

}  // namespace decapod::todo
