#pragma once
// Runs somebody's program as a child: bounded in time and output, with nothing of ours inherited.

#include <decapod/base/result.h>
#include <decapod/base/state_paths.h>
#include <decapod/cli_kit/program.h>

#include <string>
#include <vector>

namespace decapod::cli {

// `environment` as "NAME=value". SIGINT, SIGTERM and SIGHUP that arrive meanwhile end the program and are told as
// interrupted. The log appears once the program has ended; refused: it would lie among the files of `store`, which may
// be null. not_writable, disk_full: the log; what is said of the program's end is in the value.
Result<ProgramEnd> run_program(Program const& program, std::vector<std::string> const& environment,
                               StatePaths const* store);

}  // namespace decapod::cli
