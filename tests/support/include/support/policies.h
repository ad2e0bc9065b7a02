#pragma once
// The pieces of policies that several tests put in force, as TOML.

#include <string>

namespace decapod::test {

// Work of low and medium risk asks for nothing, of high and critical for the operator.
inline constexpr char kCarefulTiers[] = R"(
[tiers.low]
trust = "basic"
approval = "never"
proof = "asserted"
[tiers.medium]
trust = "basic"
approval = "never"
proof = "asserted"
[tiers.high]
trust = "basic"
approval = "required"
proof = "observed"
[tiers.critical]
trust = "verified"
approval = "required"
proof = "reproduced"
)";

// To archive is of high risk; to take a link away needs more than a name.
inline constexpr char kShelfZone[] = R"(
[[zones]]
name = "shelf"
reason = "what is put away is forgotten"
risk = "high"
operations = ["todo.archive"]
)";
inline constexpr char kLinksZone[] = R"(
[[zones]]
name = "links"
risk = "low"
trust = "verified"
operations = ["todo.unlink"]
)";

inline std::string shelf_policy() {
  return std::string(kCarefulTiers) + kShelfZone + kLinksZone;
}

}  // namespace decapod::test
