#pragma once
// What the broker is handed: the requests, tables and gates of work units.

#include <decapod/contract/subsystem.h>

namespace decapod::workunit {

extern contract::Subsystem const subsystem;

}  // namespace decapod::workunit
