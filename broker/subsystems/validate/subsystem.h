#pragma once
#include <decapod/contract/subsystem.h>

namespace decapod::validate {

extern contract::Subsystem const subsystem;

}  // namespace decapod::validate
