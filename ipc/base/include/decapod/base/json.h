#pragma once
// JSON text, bounded. Boost.JSON does the work; this fixes the limits and the spelling of the outcome.

#include <decapod/base/result.h>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace decapod {

namespace json = boost::json;

inline constexpr std::size_t kJsonDepthMax = 16;

// One document and nothing after it. Refused as bad_request: bad syntax, invalid UTF-8, deeper than kJsonDepthMax. Of a
// repeated member the last one counts. `what` names the document in the message, such as "the request".
Result<json::value> parse_json(std::string_view text, std::string_view what);

// The compact form, one line, members in the order they were put in. Deterministic.
std::string to_text(json::value const& value);
std::string to_text(json::object const& object);

}  // namespace decapod
