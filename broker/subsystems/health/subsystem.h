#pragma once
// What the broker is handed: the requests, tables and gates of claims and their proofs.

#include <decapod/contract/subsystem.h>

namespace decapod::health {

extern contract::Subsystem const subsystem;

}  // namespace decapod::health
