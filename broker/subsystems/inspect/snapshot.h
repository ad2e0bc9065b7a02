#pragma once
// `broker snapshot`, and the mutation by which `broker restore` goes on record.

#include <decapod/contract/context.h>
#include <decapod/inspect/requests.h>

namespace decapod::inspect {

// Runs on a page copy, in the process that asks. already_exists; refused: a path inside the state directory;
// not_writable: no copy can be made from here, or the file cannot be written; disk_full.
Result<SnapshotReply> snapshot(contract::Context& context, BrokerSnapshot const& request);

// Runs on the staged store, before it takes the old one's place. refused: anywhere else.
Result<RestoreReply> restore(contract::Context& context, BrokerRestore const& request);

}  // namespace decapod::inspect
