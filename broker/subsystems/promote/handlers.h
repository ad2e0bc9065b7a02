#pragma once
// One handler a request type. Each runs inside the broker's transaction; a returned Error undoes what it did.

#include <decapod/contract/context.h>
#include <decapod/promote/queries.h>
#include <decapod/promote/requests.h>
#include <decapod/promote/verification.h>

namespace decapod::promote {

Result<CheckReply> check(contract::Context& context, Check const& request);
// Operation::reword of a record that the policy does not let in: whatever a check would refuse it for is said first, as
// the operator is asked once only his word is left.
Error refused_record(contract::Context& context, json::object const& arguments, Error refusal);
Result<RecordReply> record(contract::Context& context, Record const& request);
Result<SealReply> seal(contract::Context& context, Seal const& request);
Result<ShowReply> show(contract::Context& context, Show const& request);
Result<ListReply> list(contract::Context& context, List const& request);
Result<ExportReply> export_bundle(contract::Context& context, Export const& request);
Result<VerifyReply> verify(contract::Context& context, Verify const& request);

}  // namespace decapod::promote
