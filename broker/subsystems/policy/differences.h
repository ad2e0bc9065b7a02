#pragma once
// Where two documents say different things.

#include <decapod/base/json.h>
#include <decapod/policy/proposal.h>

#include <string>
#include <vector>

namespace decapod::policy {

inline constexpr std::size_t kDifferencesMost = 50;

// Each with its key, such as "zones[2].risk", in the order of `in_force`; at most kDifferencesMost.
std::vector<Change> differences(json::value const& in_force, json::value const& proposed);

}  // namespace decapod::policy
