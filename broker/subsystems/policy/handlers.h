#pragma once
// One function a request. Each that writes takes a statement of the operator and does exactly what it says.

#include <decapod/contract/context.h>
#include <decapod/policy/approvals.h>
#include <decapod/policy/operators.h>
#include <decapod/policy/proposal.h>

namespace decapod::policy {

using contract::Context;

Result<OperatorReply> operator_init(Context& context, OperatorInit const& request);
Result<OperatorReply> operator_replace(Context& context, OperatorReplace const& request);
Result<ActivateReply> activate(Context& context, Activate const& request);
Result<ShowReply> show(Context& context, Show const& request);
Result<EvalReply> eval(Context& context, Eval const& request);
Result<ApproveReply> approve(Context& context, Approve const& request);
Result<RevokeReply> revoke(Context& context, Revoke const& request);
Result<TrustReply> grant_trust(Context& context, GrantTrust const& request);
Result<ListReply> list(Context& context, List const& request);

}  // namespace decapod::policy
