#pragma once
// One handler a request type. Each runs inside the broker's transaction; a returned Error undoes what it did.

#include <decapod/contract/context.h>
#include <decapod/workunit/proofs.h>
#include <decapod/workunit/queries.h>
#include <decapod/workunit/requests.h>

namespace decapod::workunit {

Result<UnitReply> init(contract::Context& context, Init const& request);
Result<UnitReply> attach(contract::Context& context, Attach const& request);
Result<UnitReply> plan(contract::Context& context, Plan const& request);
Result<UnitReply> start(contract::Context& context, Start const& request);
Result<UnitReply> claim(contract::Context& context, Claim const& request);
Result<VerifyReply> verify(contract::Context& context, Verify const& request);
Result<UnitReply> reopen(contract::Context& context, Reopen const& request);
Result<UnitReply> revise(contract::Context& context, Revise const& request);

Result<ProofReply> prove(contract::Context& context, Prove const& request);
Result<ProofReply> assert_result(contract::Context& context, Assert const& request);
Result<ProofReply> reproduce(contract::Context& context, Reproduce const& request);
Result<ConsiderReply> consider(contract::Context& context, Consider const& request);

Result<ShowReply> show(contract::Context& context, Show const& request);
Result<StatusReply> status(contract::Context& context, Status const& request);
Result<ListReply> list(contract::Context& context, List const& request);
Result<ExportReply> export_unit(contract::Context& context, Export const& request);

}  // namespace decapod::workunit
