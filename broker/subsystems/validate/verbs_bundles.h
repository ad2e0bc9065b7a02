#pragma once
// The lineage bundles of the tree, judged by whoever has the tree: a clone without the store has nothing else.

#include <decapod/base/finding.h>
#include <decapod/cli_kit/surroundings.h>

#include <string>

namespace decapod::validate {

// The gate "promote.bundles" over .decapod/lineage below `root`. too_large: there are more than are read.
Result<GateReport> judge_lineage(cli::Surroundings& around, std::string const& root);

}  // namespace decapod::validate
