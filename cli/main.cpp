#include "app.h"
#include "broker_process.h"
#include "registry.h"

#include <unistd.h>

// The hidden first word is how a command starts its successor; everything else is a command.
int main(int argc, char** argv) {
  if (argc > 1 && decapod::cli::kBrokerVerb == argv[1]) {
    return decapod::cli::run_broker_process({argv, static_cast<std::size_t>(argc)},
                                            decapod::broker::Directory(decapod::cli::subsystems()));
  }
  auto const invocation = decapod::cli::read_invocation(argc, argv);
  // At once, past every destructor. Nothing is lost: what was printed was written, and no lock or store is open.
  return decapod::cli::run_command(invocation, decapod::cli::verb_groups(), &_exit);
}
