#pragma once
#include <decapod/contract/gate.h>

namespace decapod::policy {

std::span<contract::Gate const> gates();

}  // namespace decapod::policy
