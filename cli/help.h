#pragma once
// Help, out of the same declarations as everything else. At most 40 lines a page, except for the lists of errors.

#include "catalogue.h"

#include <decapod/base/result.h>

#include <string>
#include <vector>

namespace decapod::cli {

// [] the overview; ["todo"] a subsystem; ["todo", "claim"] or ["init"] a verb; ["exit-codes"], ["errors"], ["options"].
// unknown_verb for anything else, with suggestions.
Result<std::string> help_page(Catalogue const& catalogue, std::vector<std::string> const& topic);

}  // namespace decapod::cli
