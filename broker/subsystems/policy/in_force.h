#pragma once
// What this subsystem offers to all others: the policy in force, trust, approvals (decapod/contract/authority.h).

#include <decapod/contract/authority.h>

#include "store.h"

namespace decapod::policy {

extern contract::Authority const authority;

// Of the newest activation, by the table or by the trail, whichever knows of a later one; 0: there was none. Throws
// storage::Failure.
std::int64_t last_sequence(contract::Context& context);

// The policy that this row puts in force, if it is what the operator signed with the key it names. policy_invalid.
Result<contract::PolicyInForce> policy_in(contract::Context& context, store::Activation const& row,
                                          std::vector<governance::PublicKey> const& keys);

}  // namespace decapod::policy
