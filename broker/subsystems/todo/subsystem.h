#pragma once
// What the broker is handed: the backlog's requests, tables and gates.

#include <decapod/contract/subsystem.h>

namespace decapod::todo {

extern contract::Subsystem const subsystem;

}  // namespace decapod::todo
