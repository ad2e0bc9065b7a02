#pragma once
#include <decapod/contract/subsystem.h>

namespace decapod::policy {

// What the operator signed, and which approvals were used: a restore goes back, and these do not go with it.
extern contract::Lasting const lasting;

}  // namespace decapod::policy
