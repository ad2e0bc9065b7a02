#pragma once
// What other subsystems are told about a capsule.

#include <decapod/contract/work.h>

namespace decapod::capsule {

// contract::capsule_facts().
Result<contract::CapsuleFacts> capsule_facts(contract::Context& context, std::string_view id);

}  // namespace decapod::capsule
