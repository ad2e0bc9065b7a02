#pragma once
// Pure decisions: what a task of some risk may be given. No SQL, no clock.

#include <decapod/base/result.h>
#include <decapod/capsule/requests.h>
#include <decapod/contract/policy_in_force.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::capsule::rules {

// The tier of a task: the highest of what its labels and the policy say, and nothing that the caller says.
// capsule_tier_unknown: a risk label that names none. capsule_policy_missing: it is above the lowest, and nobody has
// signed the policy.
Result<governance::Risk> tier_of(contract::PolicyInForce const& policy, std::vector<std::string> const& labels);

// What is asked for.
struct Wish {
  std::string_view scope;
  std::optional<std::int64_t> limit;  // nullopt: as many excerpts as there may be
  Write write = Write::no;
};

struct Given {
  std::int64_t limit = 0;
  std::vector<std::string> documents;  // globs
};

// What the tier gives to a wish; never less than was wished for. Refused, in this order: capsule_scope_denied,
// capsule_limit_denied, capsule_write_denied.
Result<Given> grant(contract::PolicyInForce const& policy, governance::Risk tier, Wish const& wish);

}  // namespace decapod::capsule::rules
