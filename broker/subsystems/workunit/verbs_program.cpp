#include "verbs_program.h"

#include <decapod/cli_kit/arguments.h>

namespace decapod::workunit {
namespace {

Ending ending_of(cli::Ended ended) {
  switch (ended) {
    case cli::Ended::exited:
      return Ending::exited;
    case cli::Ended::signalled:
      return Ending::signalled;
    case cli::Ended::timed_out:
      return Ending::timed_out;
    case cli::Ended::flooded:
      return Ending::flooded;
    case cli::Ended::not_started:
      break;
  }
  return Ending::not_started;
}

Result<std::int64_t> number_argument(json::object const& arguments, std::string_view name, std::int64_t otherwise) {
  auto const* value = arguments.if_contains(name);
  if (value == nullptr) return otherwise;
  if (value->is_int64() && value->get_int64() > 0) return value->get_int64();
  return fail(ErrorCode::bad_request, "'" + std::string(name) + "' must be a whole number above 0", {{"field", name}});
}

}  // namespace

Result<cli::Program> program_for(cli::Surroundings& around, json::object const& arguments,
                                 std::vector<std::string> const& command, std::string const& directory) {
  cli::Program program{.command = command, .directory = directory, .log = cli::text_argument(arguments, "log")};
  DECAPOD_TRY(auto const limit, number_argument(arguments, "timeout_ms", kTimeoutDefault.count()));
  program.limit = Millis(limit);
  DECAPOD_TRY(program.output_max, number_argument(arguments, "output_limit", kOutputLimitDefault));
  if (!program.log.empty() && !program.log.starts_with('/')) program.log = around.cwd() + '/' + program.log;
  return program;
}

Run run_of(cli::ProgramEnd const& end) {
  return {.ending = ending_of(end.ended),
          .status = end.status,
          .output_bytes = end.output_bytes,
          .output_sha256 = hex(end.output),
          .took_ms = end.took.count()};
}

std::string words_of(Run const& run) {
  switch (run.ending) {
    case Ending::exited:
      return "ended with exit status " + std::to_string(run.status);
    case Ending::signalled:
      return "was ended by signal " + std::to_string(run.status);
    case Ending::timed_out:
      return "was killed after " + to_string(Millis(run.took_ms));
    case Ending::flooded:
      return "was killed after it had printed " + std::to_string(run.output_bytes) + " bytes";
    case Ending::not_started:
      return "could not be started";
    case Ending::not_run:
      break;
  }
  return "was not run";
}

}  // namespace decapod::workunit
