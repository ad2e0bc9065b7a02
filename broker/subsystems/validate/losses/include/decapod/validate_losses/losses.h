#pragma once
// The gate over the record of lost commits. Opens nothing.

#include <decapod/base/finding.h>

#include <string>

namespace decapod::validate {

// "state.losses": code COMMITS_LOST, until a person has removed the record that a leader made. not_applicable where
// there is no state directory. Looked at after the store was opened: it is the opening that finds out.
GateReport judge_losses(std::string const& state_directory);

}  // namespace decapod::validate
