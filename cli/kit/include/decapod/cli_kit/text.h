#pragma once
// Words for people: what a verb renders when --json was not asked for.

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

enum class Colour : std::uint8_t { never, ansi };

// Collects lines. Colours are dropped when they are not wanted; the words never depend on them.
class Text {
 public:
  explicit Text(Colour colour) : colour_(colour) {}

  void line(std::string_view text = "");
  // "  status   claimed", labels padded to `width`.
  void field(std::string_view label, std::string_view value, std::size_t width = 12);
  // Columns as wide as their widest cell; the last one is not padded. Control characters in cells are escaped.
  void table(std::vector<std::vector<std::string>> const& rows);

  std::string bold(std::string_view text) const;
  std::string dim(std::string_view text) const;
  std::string warn(std::string_view text) const;

  std::string const& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  std::string styled(std::string_view code, std::string_view text) const;

  Colour colour_;
  std::string out_;
};

// Untrusted text on one line: control characters, escape sequences and what reorders text (U+202E and its like) become
// visible, never acted upon.
std::string printable(std::string_view text);
// The same for text that may keep its line breaks.
std::string printable_lines(std::string_view text);
// At most `columns` code points, ending in "..." if cut.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace decapod::cli
