#include "sql_text.h"

#include <algorithm>

namespace decapod::storage {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";

// How many bytes at the front are a comment or blanks.
std::size_t gap_at(std::string_view sql) {
  auto const up_to = [&](std::size_t end, std::size_t more) {
    return end == std::string_view::npos ? sql.size() : end + more;
  };
  if (sql.starts_with("--")) return up_to(sql.find('\n'), 1);
  if (sql.starts_with("/*")) return up_to(sql.find("*/", 2), 2);
  return std::min(sql.find_first_not_of(kBlanks), sql.size());
}

// How many bytes at the front are quoted; a doubled quote is two of these, side by side.
std::size_t quoted_at(std::string_view sql) {
  char const open = sql.front();
  if (open != '\'' && open != '"' && open != '`' && open != '[') return 0;
  auto const end = sql.find(open == '[' ? ']' : open, 1);
  return end == std::string_view::npos ? sql.size() : end + 1;
}

}  // namespace

std::string without_comments(std::string_view sql) {
  std::string out;
  while (!sql.empty()) {
    if (auto const gap = gap_at(sql); gap > 0) {
      if (!out.ends_with(' ')) out += ' ';
      sql.remove_prefix(gap);
      continue;
    }
    auto const taken = std::max<std::size_t>(quoted_at(sql), 1);
    out += sql.substr(0, taken);
    sql.remove_prefix(taken);
  }
  return out;
}

}  // namespace decapod::storage
