#include <decapod/base/json.h>

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

namespace decapod {

Result<json::value> parse_json(std::string_view text, std::string_view what) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::parser parser({}, options);
  boost::system::error_code error;
  parser.write(text, error);
  if (error) {
    return fail(ErrorCode::bad_request, std::string(what) + " is not valid JSON: " + error.message());
  }
  return parser.release();
}

std::string to_text(json::value const& value) {
  return json::serialize(value);
}
std::string to_text(json::object const& object) {
  return json::serialize(object);
}

}  // namespace decapod
