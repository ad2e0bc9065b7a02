#pragma once
#include <decapod/contract/subsystem.h>

namespace decapod::promote {

// What the broker is handed: the requests, tables and gates of promotions.
extern contract::Subsystem const subsystem;

}  // namespace decapod::promote
