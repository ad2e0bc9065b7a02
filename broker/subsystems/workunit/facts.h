#pragma once
// What other subsystems are told about a work unit.

#include <decapod/contract/work.h>

namespace decapod::workunit {

// contract::workunit_facts().
Result<contract::WorkunitFacts> workunit_facts(contract::Context& context, std::string_view id);

}  // namespace decapod::workunit
