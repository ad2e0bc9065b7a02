#pragma once
// JSON for people to read.

#include <decapod/base/json.h>

#include <string>

namespace decapod::cli {

// The same document: what fits into `columns` stands on one line, anything else with one member on each, two blanks
// further in than what it belongs to. `indent` is how far in the line is on which it begins.
std::string pretty(json::value const& value, std::size_t columns, std::size_t indent = 0);

}  // namespace decapod::cli
