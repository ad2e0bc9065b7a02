#pragma once
// The backlog's gates: what `decapod validate` proves about it.

#include <decapod/contract/gate.h>

namespace decapod::todo {

std::span<contract::Gate const> gates();

}  // namespace decapod::todo
