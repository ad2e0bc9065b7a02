#pragma once
// Words for people: what a verb renders when --json was not asked for.

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

enum class Colour : std::uint8_t { never, ansi };
// Whether what is told of has happened, or would have: a dry run.
enum class Effect : std::uint8_t { done, imagined };

// quiet: nothing where all went well; of what did not, only that.
enum class Volume : std::uint8_t { normal, quiet };

// What the text is written on, and what it tells of.
struct Page {
  Colour colour = Colour::never;
  std::size_t columns = 0;  // of the terminal; 0: lines are as long as they are
  Effect effect = Effect::done;
  Volume volume = Volume::normal;
};

// Collects lines. Colours are dropped when they are not wanted; the words never depend on them.
class Text {
 public:
  explicit Text(Colour colour) : Text(Page{.colour = colour}) {}
  explicit Text(Page page) : page_(page) {}

  Page const& page() const { return page_; }

  void line(std::string_view text = "");
  // "  status   claimed", labels padded to `width`.
  void field(std::string_view label, std::string_view value, std::size_t width = 12);
  // Columns as wide as their widest cell; the last one is not padded, and cut where the page ends. Control characters
  // in cells are escaped.
  void table(std::vector<std::vector<std::string>> const& rows);

  std::string bold(std::string_view text) const;
  std::string dim(std::string_view text) const;
  std::string warn(std::string_view text) const;

  std::string const& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  std::string styled(std::string_view code, std::string_view text) const;

  Page page_;
  std::string out_;
};

// Untrusted text on one line: control characters, escape sequences and what reorders text (U+202E and its like) become
// visible, never acted upon.
std::string printable(std::string_view text);
// Several of them, with `between` in between.
std::string printable(std::vector<std::string> const& texts, std::string_view between);
// The same for text that may keep its line breaks.
std::string printable_lines(std::string_view text);
// At most `columns` code points, ending in "..." if cut.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace decapod::cli
