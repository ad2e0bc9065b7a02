#pragma once
// What the shell may offer next.

#include "catalogue.h"

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// `words` are those after "decapod"; the last one is being typed and may be empty. Candidates that begin with it: the
// names of subsystems, verbs and options, and the values of choices. Sorted as declared; empty if a value is free.
std::vector<std::string> complete(Catalogue const& catalogue, std::vector<std::string> const& words);

enum class Shell : std::uint8_t { bash, zsh, fish };
BOOST_DESCRIBE_ENUM(Shell, bash, zsh, fish)

// A script for the shell to read at its start: it asks `decapod __complete` each time.
std::string_view completion_script(Shell shell);

}  // namespace decapod::cli
