#pragma once
// The gates over what is known: what `decapod validate` proves about it.

#include <decapod/contract/gate.h>

namespace decapod::knowledge {

std::span<contract::Gate const> gates();

}  // namespace decapod::knowledge
