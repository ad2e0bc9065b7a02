#pragma once
// What the record of a restore says of a pinned checkpoint that disagrees with the chain. It explains, and acquits
// nobody: whoever can rewrite a chain can put such a record into it, and a pin is there against just that.

#include <decapod/base/clock.h>

#include <cstdint>
#include <string>

namespace decapod::audit {

// exactly: the record names the pin's very place as where its line ended. The others are none but perhaps of the pin:
// before_the_end: its place is before that end, and the record, which has the head of the end alone, cannot tell
// whether it was of that line. after_a_loss: the restore found no store of the pin's name any more, and its record
// tells nothing of what was lost.
enum class Explains : std::uint8_t { exactly, before_the_end, after_a_loss };

struct Explanation {
  Explains how = Explains::after_a_loss;
  std::uint64_t commits = 0;  // of the line that ended; 0: after_a_loss
  std::uint64_t record = 0;   // the restore's, among the mutations
  Timestamp ts;               // of that record
  std::string actor;
};

// "it is a pin of the end of the line of 3 records that a restore ended (record 3, 2026-11-23T21:40:21.123Z, by olga)"
std::string in_words(Explanation const& explanation);

}  // namespace decapod::audit
