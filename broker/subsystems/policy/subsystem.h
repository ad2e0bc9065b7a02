#pragma once
#include <decapod/contract/subsystem.h>

namespace decapod::policy {

extern contract::Subsystem const subsystem;

}  // namespace decapod::policy
