#pragma once
// The gates over work units.

#include <decapod/contract/gate.h>

namespace decapod::workunit {

std::span<contract::Gate const> gates();

}  // namespace decapod::workunit
