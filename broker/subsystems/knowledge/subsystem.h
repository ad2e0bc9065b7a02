#pragma once
// What the broker is handed: the requests, tables and gates of what is known.

#include <decapod/contract/subsystem.h>

namespace decapod::knowledge {

extern contract::Subsystem const subsystem;

}  // namespace decapod::knowledge
