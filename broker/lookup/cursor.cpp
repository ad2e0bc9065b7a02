#include <decapod/lookup/cursor.h>

#include <decapod/base/digest.h>

#include <charconv>

namespace decapod::lookup {
namespace {

constexpr char kSeparator = '/';

std::string fingerprint(std::string_view filters) {
  return std::to_string(hash128(filters).low);
}

Error unusable(std::string_view why) {
  auto error = fail(ErrorCode::bad_request, "the cursor " + std::string(why), {{"field", "cursor"}});
  error.hint = "start again without --cursor";
  return error;
}

}  // namespace

std::string to_cursor(std::string_view filters, std::int64_t position) {
  return fingerprint(filters) + kSeparator + std::to_string(position);
}

Result<std::int64_t> from_cursor(std::string_view filters, std::string_view cursor) {
  auto const at = cursor.find(kSeparator);
  if (cursor.substr(0, at) != fingerprint(filters)) return unusable("belongs to a list with other filters, or to none");
  auto const rest = at == std::string_view::npos ? std::string_view() : cursor.substr(at + 1);
  std::int64_t position = 0;
  auto const [last, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), position);
  if (problem != std::errc() || last != rest.data() + rest.size() || position < 0) return unusable("is damaged");
  return position;
}

}  // namespace decapod::lookup
