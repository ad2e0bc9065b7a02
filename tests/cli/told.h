#pragma once
// What a command told, in parts that tests look at.

#include <support/repository.h>

#include <string>
#include <string_view>

namespace decapod::test {

inline bool says(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// "" where there is no such text.
inline std::string text_at(boost::json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

// Empty where it succeeded.
inline boost::json::object error_of(Answer const& answer) {
  auto const* error = answer.envelope.if_contains("error");
  return error != nullptr ? error->as_object() : boost::json::object();
}

}  // namespace decapod::test
