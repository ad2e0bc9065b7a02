#pragma once
// One handler a request type. Each runs inside the broker's transaction; a returned Error undoes what it did.

#include <decapod/contract/context.h>
#include <decapod/health/claims.h>
#include <decapod/health/queries.h>

namespace decapod::health {

Result<ClaimReply> claim(contract::Context& context, Claim const& request);
Result<ProveReply> prove(contract::Context& context, Prove const& request);
Result<ClaimReply> retract(contract::Context& context, Retract const& request);

Result<ShowReply> show(contract::Context& context, Show const& request);
Result<ListReply> list(contract::Context& context, List const& request);
Result<SummaryReply> summary(contract::Context& context, Summary const& request);
Result<AutonomyReply> autonomy(contract::Context& context, AutonomyOf const& request);

}  // namespace decapod::health
