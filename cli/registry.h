#pragma once
// The subsystems of this program, as subsystems.def lists them.

#include <decapod/cli_kit/verb.h>
#include <decapod/contract/subsystem.h>

#include <span>

namespace decapod::cli {

std::span<VerbGroup const* const> verb_groups();
std::span<contract::Subsystem const* const> subsystems();

}  // namespace decapod::cli
