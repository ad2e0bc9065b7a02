#pragma once
#include <decapod/contract/gate.h>

#include <span>

namespace decapod::capsule {

// capsule.hashes, capsule.bindings.
std::span<contract::Gate const> gates();

}  // namespace decapod::capsule
