#pragma once
// Where two documents say different things.

#include <decapod/base/json.h>

#include <string>
#include <vector>

namespace decapod::policy {

// Keys such as "zones[2].risk", in the order of `one`; at most `limit`.
std::vector<std::string> differences(json::value const& one, json::value const& other, std::size_t limit);

}  // namespace decapod::policy
