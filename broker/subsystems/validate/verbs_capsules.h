#pragma once
// The context capsules that bundles, work units and files of the tree speak of, taken again from the repository: a
// clone without the store needs nothing else to see that one was altered, or never was.

#include <decapod/base/finding.h>
#include <decapod/cli_kit/surroundings.h>
#include <decapod/promote_lineage/bundle.h>

#include <string>
#include <vector>

namespace decapod::validate {

// The gate "capsule.repository" over what lies below `root`. Each capsule is taken again once, at its own revision;
// what half of the command's remaining time does not suffice for is a failure, and says so. too_large: there are more
// files than are read.
Result<GateReport> judge_capsules(cli::Surroundings& around, std::string const& root,
                                  std::vector<promote::BundleFile> const& bundles);

}  // namespace decapod::validate
