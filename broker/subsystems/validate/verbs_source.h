#pragma once
// The source gate: no code outside the broker's folders opens SQLite.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/validate/requests.h>

#include <optional>
#include <string_view>

namespace decapod::validate {

struct SourceVerdict {
  GateReport report;
  std::optional<ScanSummary> scan;  // absent when nothing could be scanned
};

// bad_request: a .decapod/config.toml from which judge_source would scan nothing.
Result<void> check_rules(std::string_view toml);

// Scans the files that git lists in `worktree` (absolute), tracked or new, as its .decapod/config.toml says. A
// configuration that cannot be read fails the gate. Error: timeout; whatever keeps git from listing.
Result<SourceVerdict> judge_source(cli::Surroundings& around, std::string const& worktree);

}  // namespace decapod::validate
