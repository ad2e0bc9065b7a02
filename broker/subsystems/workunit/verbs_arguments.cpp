#include "verbs_arguments.h"

namespace decapod::workunit {

json::object some_of(json::object const& arguments, std::initializer_list<std::string_view> names) {
  json::object some;
  for (auto const name : names) {
    if (auto const* value = arguments.if_contains(name)) some.emplace(name, *value);
  }
  return some;
}

}  // namespace decapod::workunit
