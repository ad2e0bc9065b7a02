#pragma once
// The operator's signatures in a bundle, and the hashes of the records in it.

#include <decapod/governance/statements.h>
#include <decapod/promote_lineage/bundle.h>
#include <decapod/promote_lineage/seal.h>

#include <vector>

namespace decapod::promote {

// The keys, oldest first: the first statement signs itself, each other one is signed by the key before it.
// signature_invalid.
Result<std::vector<governance::PublicKey>> key_chain(std::span<governance::Signed const> statements,
                                                     std::string_view store);

// The record's hash follows from the one before and its bytes.
void hold_hash(RecordPart const& part, Found const& found);

// Policy, approval and reproduced proofs: each signed by who must, for this store, and saying what the lineage says.
void check_signatures(Lineage const& lineage, std::span<governance::PublicKey const> keys, Found const& found);

}  // namespace decapod::promote
