#pragma once
// The first checkpoint: what a task may be given, judged inside the request's own transaction.

#include <decapod/capsule/requests.h>
#include <decapod/contract/context.h>
#include <decapod/contract/subsystem.h>

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

// What an issue is judged by before its handler is called: the labels of its task, if it asks for more than any task
// is given: that takes what the labels' tier asks for, trust and an approval. Nothing where the handler denies it
// anyway: nobody is asked to approve what is not given.
contract::Concern concern_of_issue(contract::Context& context, Issue const& request);

// What is said of a policy that cannot be used, where a capsule was to be issued under it: policy_invalid becomes
// capsule_policy_invalid, policy_required becomes capsule_policy_missing, everything else stays.
Error in_words_of_issue(Error refusal);
// The same, as an operation's Operation::reword. Where an approval is missing, the hint says how much takes none.
Error refused_issue(contract::Context& context, json::object const& arguments, Error refusal);

// capsule_policy_invalid: the stored policy is not what the operator signed.
Result<contract::PolicyInForce const*> policy_of(contract::Context& context);

// rules::tier_of(), then rules::grant(), and the name of the policy that gives it.
Result<Granted> granted_to(contract::Context& context, Purpose const& purpose, Grant const& wish);

}  // namespace decapod::capsule
