#pragma once
// Reading what the command line gave, and what other requests answered.

#include <decapod/base/codec.h>
#include <decapod/base/json.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::promote {

// "" if it is not there or no text: the decoder says so later.
inline std::string text_argument(json::object const& arguments, std::string_view name) {
  auto const* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

inline std::vector<std::string> list_argument(json::object const& arguments, std::string_view name) {
  std::vector<std::string> texts;
  auto const* value = arguments.if_contains(name);
  if (value == nullptr || !value->is_array()) return texts;
  for (auto const& element : value->get_array()) {
    if (element.is_string()) texts.emplace_back(element.get_string());
  }
  return texts;
}

template <class T>
Result<T> decoded(json::object const& object) {
  T value{};
  DECAPOD_CHECK(codec::decode_object(object, value, codec::Unknown::ignore));
  return value;
}

}  // namespace decapod::promote
