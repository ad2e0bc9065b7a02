#pragma once
// Stored claims in the shape of replies.

#include "store.h"

namespace decapod::health {

Brief brief(store::Claim const& claim, Timestamp now);
ClaimView whole(store::Database& database, store::Claim const& claim, std::int64_t proofs, Timestamp now);

}  // namespace decapod::health
