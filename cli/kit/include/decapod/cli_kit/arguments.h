#pragma once
// Reading what the command line gave, before it is judged, and what other requests answered.

#include <decapod/base/codec.h>
#include <decapod/base/json.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// "" if it is not there or no text: the decoder says so later.
std::string text_argument(json::object const& arguments, std::string_view name);
// Its elements that are texts; none if it is not there or no list.
std::vector<std::string> list_argument(json::object const& arguments, std::string_view name);

template <class T>
Result<T> decoded(json::object const& object) {
  T value{};
  DECAPOD_CHECK(codec::decode_object(object, value, codec::Unknown::ignore));
  return value;
}

}  // namespace decapod::cli
