#pragma once
// The lineage bundles of the tree, judged by whoever has the tree: a clone without the store has nothing else.

#include <decapod/base/finding.h>
#include <decapod/cli_kit/surroundings.h>
#include <decapod/promote_lineage/bundle.h>

#include <string>
#include <vector>

namespace decapod::validate {

// Those in .decapod/lineage below `root`, by path. too_large: there are more than are read.
Result<std::vector<promote::BundleFile>> read_bundles(cli::Surroundings& around, std::string const& root);

// The gate "promote.bundles".
GateReport judge_lineage(cli::Surroundings& around, std::string const& root,
                         std::vector<promote::BundleFile> const& files);

}  // namespace decapod::validate
