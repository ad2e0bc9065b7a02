#pragma once
#include <decapod/contract/gate.h>

namespace decapod::promote {

// The gates over promotions.
std::span<contract::Gate const> gates();

}  // namespace decapod::promote
