#pragma once
// What the recorded restores of a trail say of the lines of commits that they ended (replaced_store.h). Such a record
// explains why a pin disagrees. It acquits nobody: whoever can rewrite a chain can put one into it, and a pin is there
// against just that.

#include <decapod/base/digest.h>
#include <decapod/contract/context.h>

#include <cstdint>
#include <optional>
#include <string>

namespace decapod::contract {

// A pin: a place in a line of commits, and where in the tree it lies ("": not known).
struct PinnedPoint {
  std::string store_uuid;
  std::int64_t generation = 0;
  std::uint64_t commits = 0;
  Sha256 head;  // after so many
  std::string path;
};

// exactly: the record names this very place as where its line ended. perhaps: the place is before that end, and the
// record, which has the head of the end alone, cannot tell whether it was of that line; or the restore found no store
// of this name any more, and its record tells nothing of what was lost.
enum class Explains : std::uint8_t { exactly, perhaps };

struct Explanation {
  Explains how = Explains::perhaps;
  std::string words;
  std::string hint;  // names the commands that mend it
};

// nullopt: no restore on record has to do with such a place. Throws storage::Failure.
std::optional<Explanation> explain_by_restore(Context& context, PinnedPoint const& pin);

}  // namespace decapod::contract
