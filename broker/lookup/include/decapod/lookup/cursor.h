#pragma once
// Where a page of a list ended, in text that callers pass back and need not understand: the number of the last record
// that was looked at.

#include <decapod/base/codec.h>

namespace decapod::lookup {

// Everything about a request but its cursor and its limit: a caller may ask for a shorter next page.
template <class Request>
std::string filters_of(Request request) {
  request.cursor.reset();
  request.limit = 0;
  return to_text(codec::encode(request));
}

// Names the filters, so that a cursor cannot be used with others.
std::string to_cursor(std::string_view filters, std::int64_t position);
// bad_request: not a cursor, or one of another list.
Result<std::int64_t> from_cursor(std::string_view filters, std::string_view cursor);

}  // namespace decapod::lookup
