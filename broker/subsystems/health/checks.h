#pragma once
// The gates over claims and proofs: what `decapod validate` proves about them.

#include <decapod/contract/gate.h>

namespace decapod::health {

std::span<contract::Gate const> gates();

}  // namespace decapod::health
