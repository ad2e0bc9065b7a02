#include "app.h"
#include "broker_process.h"
#include "registry.h"

#include <cstring>

// The hidden first word is how a command starts its successor; everything else is a command.
int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "__broker") == 0) return decapod::cli::run_broker_process(argc, argv);
  auto const invocation = decapod::cli::read_invocation(argc, argv);
  return decapod::cli::run_command(invocation, decapod::cli::verb_groups());
}
