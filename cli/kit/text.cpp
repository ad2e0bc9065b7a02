#include <decapod/base/utf8.h>
#include <decapod/cli_kit/text.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace decapod::cli {
namespace {

enum class Breaks : std::uint8_t { escaped, kept };

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Marks, embeddings, overrides and isolates of the bidirectional algorithm, which make a line read as it does not run,
// and the two separators that end a line.
bool reorders(char32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

struct Character {
  char32_t point = 0;
  std::size_t size = 1;
};

// The character at `at`. Bytes that are no UTF-8 count one by one, as what an eight-bit terminal takes them for.
Character character_at(std::string_view text, std::size_t at) {
  auto const lead = static_cast<unsigned char>(text[at]);
  auto const size = utf8_length(text.substr(at));
  if (size <= 1) return {.point = lead, .size = 1};
  char32_t point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) point = point << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return {.point = point, .size = size};
}

// C0, DEL, C1 and what reorders text.
bool is_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || reorders(point);
}

void append_escaped(std::string& out, char32_t point) {
  std::array<char, 16> text{};
  switch (point) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  std::snprintf(text.data(), text.size(), point < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(point));
  out += text.data();
}

std::string escape(std::string_view text, Breaks breaks) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto const [point, size] = character_at(text, at);
    bool const keep = breaks == Breaks::kept && (text[at] == '\n' || text[at] == '\t');
    if (!is_control(point) || keep)
      out += text.substr(at, size);
    else
      append_escaped(out, point);
    at += size;
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

void pad(std::string& out, std::size_t used, std::size_t width) {
  if (used < width) out.append(width - used, ' ');
}

// A last cell is never cut to less than this, however narrow the page.
constexpr std::size_t kLastCellLeast = 12;

std::string fitted(std::string const& cell, std::size_t from, std::size_t columns) {
  if (columns == 0) return cell;
  return shortened(cell, columns > from + kLastCellLeast ? columns - from : kLastCellLeast);
}

}  // namespace

void Text::line(std::string_view text) {
  out_.append(text) += '\n';
}

void Text::field(std::string_view label, std::string_view value, std::size_t width) {
  out_ += "  ";
  out_ += dim(label);
  pad(out_, columns_of(label), width);
  out_ += ' ';
  out_ += printable(value);
  out_ += '\n';
}

void Text::table(std::vector<std::vector<std::string>> const& rows) {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::size_t> widths;
  for (auto const& row : rows) {
    auto& shown = cells.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      shown.push_back(printable(row[i]));
      if (i >= widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], columns_of(shown.back()));
    }
  }
  for (auto const& row : cells) {
    std::string out;
    for (std::size_t i = 0; i < row.size(); ++i) {
      bool const last = i + 1 == row.size();
      out += last ? fitted(row[i], columns_of(out), page_.columns) : row[i];
      if (!last) pad(out, columns_of(row[i]), widths[i] + 2);
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    line(out);
  }
}

std::string Text::styled(std::string_view code, std::string_view text) const {
  if (page_.colour == Colour::never) return std::string(text);
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

std::string Text::bold(std::string_view text) const {
  return styled("1", text);
}
std::string Text::dim(std::string_view text) const {
  return styled("2", text);
}
std::string Text::warn(std::string_view text) const {
  return styled("33", text);
}

std::string printable(std::string_view text) {
  return escape(text, Breaks::escaped);
}
std::string printable(std::vector<std::string> const& texts, std::string_view between) {
  std::string line;
  for (auto const& text : texts) line.append(line.empty() ? "" : between).append(printable(text));
  return line;
}

std::string printable_lines(std::string_view text) {
  return escape(text, Breaks::kept);
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  auto const room = columns > 3 ? columns - 3 : 0;
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if (!is_continuation(text[end]) && seen++ == room) break;
  }
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace decapod::cli
