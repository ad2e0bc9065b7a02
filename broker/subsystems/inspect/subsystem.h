#pragma once
#include <decapod/contract/subsystem.h>

namespace decapod::inspect {

// What the broker can be asked about itself, and the gates over its own tables.
extern contract::Subsystem const subsystem;
extern std::span<contract::Gate const> const gates;

}  // namespace decapod::inspect
