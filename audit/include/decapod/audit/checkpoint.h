#pragma once
// A checkpoint: the head of the mutation chain, in words that can be kept where the store's owner cannot rewrite them,
// such as a commit. A chain proves nothing against somebody who can recompute it; a pinned checkpoint does.

#include <decapod/audit/chain.h>

namespace decapod::audit {

struct Checkpoint {
  std::string store_uuid;
  std::int64_t generation = 0;  // raised by each restore and each loss
  Head mutations;
};

// Four lines: "decapod audit checkpoint v2", store UUID and generation, size, base64 head.
std::string to_text(Checkpoint const& checkpoint);
// Strict: exactly what to_text gives; the last newline may be missing. bad_request.
Result<Checkpoint> parse_checkpoint(std::string_view text);

// Compares the hash the chain has at `checkpoint.mutations.size` (nullopt: the chain is shorter) with the checkpoint.
std::optional<Break> compare(Checkpoint const& checkpoint, std::optional<Sha256> const& at_size,
                             std::uint64_t chain_size);

}  // namespace decapod::audit
