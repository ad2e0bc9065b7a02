#pragma once
// The operator's signature over a whole lineage and the record that it left.

#include <decapod/base/result.h>
#include <decapod/governance/keys.h>
#include <decapod/governance/statements.h>

#include <span>
#include <string_view>

namespace decapod::promote {

// What a seal says, if one of these keys signed it. signature_invalid.
Result<governance::LineageSeal> seal_in(governance::Signed const& statement, std::string_view store,
                                        std::span<governance::PublicKey const> keys);

}  // namespace decapod::promote
