#include "cursor.h"

#include <decapod/base/codec.h>
#include <decapod/base/digest.h>

#include <charconv>

namespace decapod::todo {
namespace {

constexpr char kSeparator = '/';

// Of everything but the cursor and the limit: a caller may ask for a shorter next page.
std::string fingerprint(List request) {
  request.cursor.reset();
  request.limit = 0;
  return std::to_string(hash128(to_text(codec::encode(request))).low);
}

std::string_view take(std::string_view& rest) {
  auto const at = rest.find(kSeparator);
  auto const part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return part;
}

Error unusable(std::string_view why) {
  auto error = fail(ErrorCode::bad_request, "the cursor " + std::string(why), {{"field", "cursor"}});
  error.hint = "start again without --cursor";
  return error;
}

}  // namespace

std::string to_cursor(List const& request, PageEnd const& end) {
  auto text = fingerprint(request);
  for (auto const part : end.key) text += kSeparator + std::to_string(part);
  return text += kSeparator + end.id;
}

Result<PageEnd> from_cursor(List const& request, std::string_view cursor) {
  if (take(cursor) != fingerprint(request)) return unusable("belongs to a list with other filters, or to none");
  PageEnd end;
  for (auto& value : end.key) {
    auto const part = take(cursor);
    auto const [last, problem] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (problem != std::errc() || last != part.data() + part.size()) return unusable("is damaged");
  }
  end.id = cursor;
  if (end.id.empty()) return unusable("is damaged");
  return end;
}

}  // namespace decapod::todo
