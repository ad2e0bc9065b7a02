#pragma once
// The command of a gate as a program to run, and its end as what is recorded.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/workunit/proofs.h>

#include <string>
#include <vector>

namespace decapod::workunit {

// With the limits that the command line gave. bad_request: one of them cannot be.
Result<cli::Program> program_for(cli::Surroundings& around, json::object const& arguments,
                                 std::vector<std::string> const& command, std::string const& directory);
Run run_of(cli::ProgramEnd const& end);
// "ended with exit status 1", "was killed after 10m".
std::string words_of(Run const& run);

}  // namespace decapod::workunit
