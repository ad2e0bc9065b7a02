#pragma once
// One script that runs every verb, so that ways of running it can be compared.

#include <support/repository.h>

#include <string>
#include <vector>

namespace decapod::test {

// A command line in which "$1" stands for the id of the first item that was added, "$T1" for the token of its last
// claim, and "$REPO" for the repository's path.
struct ScriptLine {
  std::string op;  // as `decapod capabilities` names it
  Arguments arguments;
  std::string input;
};

std::vector<ScriptLine> const& verb_script();

// Verbs that manage processes or describe the machine: they differ by what they are for.
std::vector<std::string> const& verbs_without_parity();

}  // namespace decapod::test
