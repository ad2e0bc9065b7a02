#pragma once
// What the policy in force asks of a unit's proofs.

#include <decapod/contract/context.h>
#include <decapod/governance/evaluation.h>
#include <decapod/workunit/requests.h>

#include "subject.h"

namespace decapod::workunit {

struct Demanded {
  governance::Risk risk = governance::Risk::low;
  Level level = Level::asserted;
  std::string policy;  // hex
  std::vector<std::string> reasons;
};

// The highest risk of the task's labels and of the paths; what was not told in full is of the highest there is.
// policy_invalid.
Result<Demanded> demand(contract::Context& context, contract::WorkFacts const& task, std::span<std::string const> paths,
                        Complete complete);

// The hash of the policy in force, in hex. policy_invalid.
Result<std::string> policy_hash(contract::Context& context);

// Whether the operator has signed the policy in force. policy_invalid.
Result<governance::Endorsed> endorsed(contract::Context& context);

// The keys whose signature makes a proof a reproduced one now, in hex: the operator's, and those of the attestors whom
// the signed policy names. policy_invalid.
Result<std::vector<std::string>> trusted_keys(contract::Context& context);

// Whether this risk may be judged at all, and by this actor: policy_required where nobody has signed a policy and the
// risk is not the lowest; policy_denied where a zone names its actors and this is none of them.
Result<void> check_may_judge(contract::Context& context, contract::WorkFacts const& task,
                             std::span<std::string const> paths, Complete complete);

}  // namespace decapod::workunit
