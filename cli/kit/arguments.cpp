#include <decapod/cli_kit/arguments.h>

namespace decapod::cli {

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

}  // namespace decapod::cli
