#pragma once
// Every environment variable that the program reads, in words: `decapod help environment` and the table of README.md.

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

struct VariableRow {
  std::vector<std::string_view> names;
  std::string_view meaning;
};

// Most wanted first.
std::vector<VariableRow> const& variable_rows();

}  // namespace decapod::cli
