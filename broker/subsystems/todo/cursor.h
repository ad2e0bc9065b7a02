#pragma once
// Where a page of a list ended: the sort key of its last item, in text that callers pass back and need not understand.

#include <decapod/todo/queries.h>

#include <array>

namespace decapod::todo {

// The key of one item under a sort: the columns that order it, most significant first, then its id.
struct PageEnd {
  std::array<std::int64_t, 4> key{};
  std::string id;
  friend bool operator==(PageEnd const&, PageEnd const&) = default;
};

// Names the request's sort and filters, so that a cursor cannot be used with others.
std::string to_cursor(List const& request, PageEnd const& end);
// bad_request: not a cursor, or one of another list.
Result<PageEnd> from_cursor(List const& request, std::string_view cursor);

}  // namespace decapod::todo
