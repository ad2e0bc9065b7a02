#pragma once
// What to do about a pin that a restore on record explains.

#include <decapod/audit/checkpoint.h>
#include <decapod/audit/ended_line.h>

#include <string>

namespace decapod::validate {

// Where the pin and the store are.
struct PinPlace {
  std::string path;             // of the pin; "": not known, and then it is one of the present store
  std::string present;          // UUID of the store
  std::string state_directory;  // of that
};

// A sentence with the commands that mend it, as they are typed: on condition that the restore was meant.
std::string way_to_mend(audit::Explanation const& explanation, audit::Checkpoint const& pin, PinPlace const& place);

}  // namespace decapod::validate
