#pragma once
// What one command asks another one.

#include <decapod/base/json.h>

#include <string_view>

namespace decapod::workunit {

// The members of `arguments` that have one of these names.
json::object some_of(json::object const& arguments, std::initializer_list<std::string_view> names);

}  // namespace decapod::workunit
