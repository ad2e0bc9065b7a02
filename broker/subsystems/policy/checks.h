#pragma once
#include <decapod/contract/gate.h>

namespace decapod::policy {

std::span<contract::Gate const> gates();

// checks_contract.cpp
void contract_holds(contract::Context& context, GateReport& report);
void published_key_agrees(contract::Context& context, GateReport& report);
// checks_approvals.cpp
void approvals_hold(contract::Context& context, GateReport& report);

}  // namespace decapod::policy
