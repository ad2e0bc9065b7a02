#include <decapod/governance/glob.h>

#include <vector>

namespace decapod::governance {
namespace {

// For a place in the pattern, whether the text up to each of its positions matches what stands before that place: one
// row of the usual table.
using Row = std::vector<bool>;

// What one token of a pattern may take.
enum class Token : std::uint8_t { literal, one, segment, anything };

struct Next {
  Token token;
  std::size_t size;
};

Next token_at(std::string_view pattern, std::size_t at) {
  if (pattern[at] == '?') return {Token::one, 1};
  if (pattern[at] != '*') return {Token::literal, 1};
  bool const twice = at + 1 < pattern.size() && pattern[at + 1] == '*';
  if (!twice) return {Token::segment, 1};
  // "**/" may be nothing at all, so that "**/x" is also the x at the top.
  bool const with_slash = at + 2 < pattern.size() && pattern[at + 2] == '/';
  bool const at_start = at == 0 || pattern[at - 1] == '/';
  return {Token::anything, with_slash && at_start ? 3U : 2U};
}

void advance(Row& row, std::string_view text, Next next, char literal) {
  Row after(row.size(), false);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (next.token == Token::literal || next.token == Token::one) {
      if (i == 0 || !row[i - 1]) continue;
      after[i] = next.token == Token::literal ? text[i - 1] == literal : text[i - 1] != '/';
    } else {
      bool const longer = i > 0 && after[i - 1] && (next.token == Token::anything || text[i - 1] != '/');
      after[i] = row[i] || longer;
    }
  }
  // "**/" takes whole segments.
  if (next.size == 3) {
    for (std::size_t i = 0; i < after.size(); ++i) after[i] = row[i] || (after[i] && i > 0 && text[i - 1] == '/');
  }
  row = std::move(after);
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  while (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  Row row(path.size() + 1, false);
  row[0] = true;
  for (std::size_t at = 0; at < pattern.size();) {
    auto const next = token_at(pattern, at);
    advance(row, path, next, pattern[at]);
    at += next.size;
  }
  if (row[path.size()]) return true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (row[i] && path[i] == '/') return true;
  }
  return false;
}

// Every write is judged by some hundred of these. After a mismatch the latest star takes one character more; what an
// earlier one took need not be looked at again.
bool name_matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;  // by the latest star, up to here
  for (std::size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < pattern.size() && pattern[at] == name[i]) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

std::optional<std::string> normal_path(std::string_view path) {
  if (path.empty() || path.starts_with('/')) return std::nullopt;
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    auto const end = path.find('/');
    auto const segment = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (segments.empty()) {
      return std::nullopt;
    } else {
      segments.pop_back();
    }
  }
  std::string normal;
  for (auto const segment : segments) normal.append(normal.empty() ? "" : "/").append(segment);
  if (normal.empty()) return std::nullopt;
  return normal;
}

}  // namespace decapod::governance
