#pragma once
// One script that runs every verb, so that ways of running it can be compared.

#include <support/repository.h>

#include <string>
#include <vector>

namespace decapod::test {

// A command line in which "$REPO" stands for the repository's path. Items that are named were imported, because added
// ones get ids by chance; the same holds for lists, whose order depends on ids in the end.
struct ScriptLine {
  std::string op;  // as `decapod capabilities` names it
  Arguments arguments;
  std::string input;
};

std::vector<ScriptLine> const& verb_script();

// Verbs that manage processes or describe the machine: they differ by what they are for.
std::vector<std::string> const& verbs_without_parity();

}  // namespace decapod::test
