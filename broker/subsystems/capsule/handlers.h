#pragma once
// One handler a request type. Each runs inside the broker's transaction; a returned Error undoes what it did.

#include <decapod/capsule/requests.h>
#include <decapod/contract/context.h>

namespace decapod::capsule {

Result<Granted> grant(contract::Context& context, Grant const& request);
Result<IssueReply> issue(contract::Context& context, Issue const& request);
Result<ShowReply> show(contract::Context& context, Show const& request);
Result<ListReply> list(contract::Context& context, List const& request);
Result<VerifyReply> verify(contract::Context& context, Verify const& request);

}  // namespace decapod::capsule
