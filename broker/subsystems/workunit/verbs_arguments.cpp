#include "verbs_arguments.h"

namespace decapod::workunit {

std::string text_argument(json::object const& arguments, std::string_view name) {
  auto const* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> list_argument(json::object const& arguments, std::string_view name) {
  std::vector<std::string> texts;
  auto const* value = arguments.if_contains(name);
  if (value == nullptr || !value->is_array()) return texts;
  for (auto const& element : value->get_array()) {
    if (element.is_string()) texts.emplace_back(element.get_string());
  }
  return texts;
}

json::object some_of(json::object const& arguments, std::initializer_list<std::string_view> names) {
  json::object some;
  for (auto const name : names) {
    if (auto const* value = arguments.if_contains(name)) some.emplace(name, *value);
  }
  return some;
}

}  // namespace decapod::workunit
