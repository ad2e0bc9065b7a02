#pragma once
// Every environment variable that the program reads, in words: `decapod help environment` and the table of README.md.

#include <decapod/base/error.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// Set to anything but 0, it asks for no broker.
inline constexpr std::string_view kNoBroker = "DECAPOD_GROUP_BROKER_DISABLE";

// What to do about it.
std::string instead_of_no_broker();

struct VariableRow {
  std::vector<std::string_view> names;
  std::string_view meaning;
};

// Most wanted first.
std::vector<VariableRow> const& variable_rows();

// The usage error of a variable that cannot be read: "DECAPOD_FORMAT is json or text, not 'x'", and where to look it
// up.
Error bad_variable(std::string_view name, std::string_view why);

}  // namespace decapod::cli
