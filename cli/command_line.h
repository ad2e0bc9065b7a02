#pragma once
// From an argument list to what is to be done.

#include "catalogue.h"
#include "globals.h"
#include "invocation.h"
#include "options.h"

namespace decapod::cli {

struct CommandLine {
  VerbFace const* face = nullptr;  // null: help or version was asked for
  std::vector<std::string> topic;  // of the help
  VerbInput input;
  Globals globals;
};

// The subsystem and the verb are the first two words (or one, for a verb of its own); options that every verb has may
// stand anywhere. Errors: usage, unknown_verb, with suggestions.
Result<CommandLine> parse_command_line(Catalogue const& catalogue, Invocation const& invocation, Timestamp now);
// The operation ("todo.claim") that a command line names which could not be understood otherwise; "" if none.
std::string guessed_operation(Catalogue const& catalogue, Invocation const& invocation);

}  // namespace decapod::cli
