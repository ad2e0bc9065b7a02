#pragma once
// A gate: a rule about the store that `decapod validate` proves. It never repairs what it judges.

#include <decapod/base/finding.h>
#include <decapod/contract/context.h>
#include <span>
#include <string_view>

namespace decapod::contract {

struct Gate {
  std::string_view name;     // "todo.blocker-counts"
  std::string_view meaning;  // the rule, as one sentence that is true when the gate passes
  std::span<std::string_view const> codes;
  // Adds what it finds to `report`. May throw storage::Failure, which fails the gate.
  void (*run)(Context& context, GateReport& report);
};

}  // namespace decapod::contract
