#pragma once
// Labels of the form "risk:high": what they may say.

#include <decapod/base/result.h>
#include <decapod/governance/vocabulary.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::todo {

// The risk that a label names; nullopt: it is no risk label, or names none that there is.
std::optional<governance::Risk> known_risk(std::string const& label);

// For labels that are about to be added: one that names no risk counts as the highest, and would lock the task up by a
// slip of the pen. bad_request, listing the risks.
Result<void> check_risk_labels(std::vector<std::string> const& labels);

}  // namespace decapod::todo
