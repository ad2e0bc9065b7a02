#pragma once
// Reading what the command line gave, before it is judged.

#include <decapod/base/codec.h>
#include <decapod/base/json.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::workunit {

// "" if it is not there or no text: the decoder says so later.
std::string text_argument(json::object const& arguments, std::string_view name);
std::vector<std::string> list_argument(json::object const& arguments, std::string_view name);
// The members of `arguments` that have one of these names.
json::object some_of(json::object const& arguments, std::initializer_list<std::string_view> names);

template <class T>
Result<T> decoded(json::object const& object) {
  T value{};
  DECAPOD_CHECK(codec::decode_object(object, value, codec::Unknown::ignore));
  return value;
}

}  // namespace decapod::workunit
