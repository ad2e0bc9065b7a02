#pragma once
// What the gates over the rows of this subsystem have in common: rows and trail name each other.

#include <decapod/contract/context.h>
#include <decapod/contract/gate.h>

#include <string>
#include <vector>

#include "recorded.h"

namespace decapod::policy {

// A finding that asks for evidence to be kept.
void find(GateReport& report, std::string code, std::string message, std::string where);

// The record that made the row, or the restore that carried it over, says the same time as the row; else
// POLICY_ROW_UNRECORDED or POLICY_COLUMN_WRONG.
void hold_origin(contract::Context& context, GateReport& report, recorded::Kind kind, std::string const& id,
                 Timestamp at);

// POLICY_ROW_GONE for what the trail names, and is not among the rows. `present` is sorted here.
void find_lost(contract::Context& context, GateReport& report, recorded::Kind kind, std::vector<std::string> present);

}  // namespace decapod::policy
