#pragma once
// The first checkpoint: what a task may be given, judged inside the request's own transaction.

#include <decapod/capsule/requests.h>
#include <decapod/contract/context.h>

#include <optional>
#include <string>

namespace decapod::capsule {

// What a capsule is for.
struct Purpose {
  std::string task;  // its whole id
  std::optional<std::string> workunit;
  std::vector<std::string> labels;  // of the task
};

// bad_request: neither a task nor a workunit, or both; not_found, ambiguous_id.
Result<Purpose> purpose_of(contract::Context& context, std::optional<std::string> const& task,
                           std::optional<std::string> const& workunit);

// What is said of a policy that cannot be used, where a capsule was to be issued under it: policy_invalid becomes
// capsule_policy_invalid, everything else stays.
Error refused_issue(Error refusal);

// capsule_policy_invalid: the stored policy is not what the operator signed.
Result<contract::PolicyInForce const*> policy_of(contract::Context& context);

// rules::tier_of(), then rules::grant().
Result<Granted> granted_to(contract::Context& context, Purpose const& purpose, Grant const& wish);

}  // namespace decapod::capsule
