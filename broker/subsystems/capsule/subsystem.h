#pragma once
#include <decapod/contract/subsystem.h>

namespace decapod::capsule {

extern contract::Subsystem const subsystem;

}  // namespace decapod::capsule
