#pragma once
// How a document falls into passages: the pieces that are ranked, and shown whole or not at all.

#include <cstdint>
#include <string_view>
#include <vector>

namespace decapod::capsule {

// Whole lines, none of them in two passages. Views into the document.
struct Passage {
  std::int64_t first_line = 0;  // counted from 1
  std::int64_t last_line = 0;
  std::string_view text;     // without the last line's break; at most kExcerptBytesMax
  std::string_view heading;  // the line of the heading that it stands under; "" if it begins with its own, or has none
};

// A heading begins a passage, and paragraphs of one section go together while they are short. Blank lines around a
// passage belong to none; neither does a line that is longer than kExcerptBytesMax. Fenced code is not torn apart
// unless it is too long, and what looks like a heading in it is none.
std::vector<Passage> passages_of(std::string_view document);

}  // namespace decapod::capsule
