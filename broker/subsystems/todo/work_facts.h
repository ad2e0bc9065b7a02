#pragma once
// What other subsystems are told about an item.

#include <decapod/contract/work.h>

namespace decapod::todo {

// contract::work_facts(): `id` may be a prefix that names one item only.
Result<contract::WorkFacts> work_facts(contract::Context& context, std::string_view id);

}  // namespace decapod::todo
