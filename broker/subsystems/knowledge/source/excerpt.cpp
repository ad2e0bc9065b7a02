#include <decapod/knowledge_source/excerpt.h>

#include <algorithm>

namespace decapod::knowledge {
namespace {

// Where the line after `count` lines begins; nullopt if there are fewer.
std::optional<std::size_t> after_lines(std::string_view content, std::int64_t count) {
  std::size_t at = 0;
  for (; count > 0; --count) {
    if (at == content.size()) return std::nullopt;
    auto const end = content.find('\n', at);
    at = end == std::string_view::npos ? content.size() : end + 1;
  }
  return at;
}

}  // namespace

std::int64_t count_lines(std::string_view content) {
  auto const ends = std::ranges::count(content, '\n');
  return ends + (content.empty() || content.ends_with('\n') ? 0 : 1);
}

std::optional<std::string_view> excerpt(std::string_view content, std::optional<Lines> const& lines) {
  if (!lines) return content;
  auto const begin = after_lines(content, lines->first - 1);
  if (!begin) return std::nullopt;
  auto const rest = content.substr(*begin);
  auto const size = after_lines(rest, lines->last - lines->first + 1);
  if (!size) return std::nullopt;
  return rest.substr(0, *size);
}

}  // namespace decapod::knowledge
