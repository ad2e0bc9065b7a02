#pragma once
#include <decapod/audit/checkpoint.h>
#include <decapod/contract/context.h>
#include <decapod/inspect/requests.h>

namespace decapod::inspect {

// Walks both chains, the exported copies and the given checkpoints; audit_broken names the first bad record;
// validation_failed: nothing but a pin of the very end of a line that a restore on record has ended.
Result<VerifyReply> verify(contract::Context& context, BrokerVerify const& request);

// The first break of the mutation chain against a checkpoint of this store; nullopt if it agrees.
std::optional<audit::Break> against_checkpoint(contract::Context& context, audit::Checkpoint const& checkpoint,
                                               std::uint64_t chain_size);

}  // namespace decapod::inspect
