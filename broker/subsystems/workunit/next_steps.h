#pragma once
// What is useful to do next with a unit, as commands. Pure.

#include <decapod/workunit/queries.h>

#include <string>
#include <vector>

namespace decapod::workunit {

// From what `status` says otherwise, up to the next step that changes where the unit stands.
std::vector<std::string> next_steps(StatusReply const& status);

}  // namespace decapod::workunit
