#include "support/schema_check.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <regex>
#include <set>

namespace decapod::test {
namespace {

namespace json = boost::json;

class Check {
 public:
  explicit Check(Undeclared undeclared) : undeclared_(undeclared) {}

  void run(json::object const& schema, json::value const& value, std::string const& at) {
    for (auto const& member : schema) refuse_unknown_keyword(std::string(member.key()), at);
    auto const* type = schema.if_contains("type");
    if (type != nullptr && !is_of(std::string(type->as_string()), value)) {
      found_.push_back(at + ": not of type " + std::string(type->as_string()));
      return;
    }
    if (auto const* choices = schema.if_contains("enum");
        choices != nullptr && std::ranges::count(choices->as_array(), value) == 0)
      found_.push_back(at + ": not one of the choices");
    if (value.is_number()) check_number(schema, value, at);
    if (value.is_string()) check_text(schema, std::string(value.get_string()), at);
    if (value.is_array()) check_list(schema, value.get_array(), at);
    if (value.is_object()) check_object(schema, value.get_object(), at);
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  void refuse_unknown_keyword(std::string const& keyword, std::string const& at) {
    static std::set<std::string> const known = {"type",        "properties", "required",  "additionalProperties",
                                                "items",       "enum",       "minimum",   "maximum",
                                                "maxItems",    "minLength",  "maxLength", "format",
                                                "description", "$schema",    "title",     "maxProperties",
                                                "pattern"};
    if (!known.contains(keyword)) found_.push_back(at + ": the schema says " + keyword + ", which nobody checks");
  }

  // JSON has one kind of number: 3.0 is a whole one.
  static bool is_whole(json::value const& value) {
    if (value.is_double()) return std::trunc(value.get_double()) == value.get_double();
    return value.is_number();
  }

  static bool is_of(std::string const& type, json::value const& value) {
    static std::map<std::string, std::function<bool(json::value const&)>> const tests = {
        {"object", [](json::value const& v) { return v.is_object(); }},
        {"array", [](json::value const& v) { return v.is_array(); }},
        {"string", [](json::value const& v) { return v.is_string(); }},
        {"boolean", [](json::value const& v) { return v.is_bool(); }},
        {"number", [](json::value const& v) { return v.is_number(); }},
        {"integer", &is_whole},
    };
    auto const found = tests.find(type);
    return found != tests.end() && found->second(value);
  }

  void check_number(json::object const& schema, json::value const& value, std::string const& at) {
    auto const number = value.to_number<double>();
    auto const* least = schema.if_contains("minimum");
    auto const* most = schema.if_contains("maximum");
    if (least != nullptr && number < least->to_number<double>()) found_.push_back(at + ": below the minimum");
    if (most != nullptr && number > most->to_number<double>()) found_.push_back(at + ": above the maximum");
  }

  std::regex const& compiled(std::string const& pattern) {
    return patterns_.try_emplace(pattern, pattern).first->second;
  }

  void check_text(json::object const& schema, std::string const& text, std::string const& at) {
    static std::regex const time(R"(\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
    auto const size = std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
    auto const* least = schema.if_contains("minLength");
    auto const* most = schema.if_contains("maxLength");
    auto const* format = schema.if_contains("format");
    if (least != nullptr && size < least->to_number<std::int64_t>()) found_.push_back(at + ": too short");
    if (most != nullptr && size > most->to_number<std::int64_t>()) found_.push_back(at + ": too long");
    if (auto const* pattern = schema.if_contains("pattern");
        pattern != nullptr && !std::regex_search(text, compiled(std::string(pattern->as_string()))))
      found_.push_back(at + ": does not match the pattern");
    if (format == nullptr) return;
    if (*format != "date-time") found_.push_back(at + ": a format that nobody checks");
    if (!std::regex_match(text, time)) found_.push_back(at + ": not a date-time");
  }

  void check_list(json::object const& schema, json::array const& list, std::string const& at) {
    auto const* most = schema.if_contains("maxItems");
    if (most != nullptr && list.size() > most->to_number<std::size_t>()) found_.push_back(at + ": too many items");
    auto const* items = schema.if_contains("items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < list.size(); ++i) run(items->as_object(), list[i], at + '[' + std::to_string(i) + ']');
  }

  void check_object(json::object const& schema, json::object const& object, std::string const& at) {
    static json::object const none;
    auto const* declared = schema.if_contains("properties");
    auto const& properties = declared != nullptr ? declared->as_object() : none;
    if (auto const* required = schema.if_contains("required")) {
      for (auto const& name : required->as_array())
        if (!object.contains(name.as_string())) found_.push_back(at + ": lacks " + std::string(name.as_string()));
    }
    if (auto const* most = schema.if_contains("maxProperties");
        most != nullptr && object.size() > most->to_number<std::size_t>())
      found_.push_back(at + ": too many members");
    auto const* rest = schema.if_contains("additionalProperties");
    for (auto const& member : object) {
      auto const here = at + '.' + std::string(member.key());
      if (auto const* property = properties.if_contains(member.key()))
        run(property->as_object(), member.value(), here);
      else if (rest != nullptr && rest->is_object())
        run(rest->as_object(), member.value(), here);
      else if ((rest != nullptr && *rest == false) || (declared != nullptr && undeclared_ == Undeclared::named))
        found_.push_back(here + ": not declared");
    }
  }

  Undeclared undeclared_;
  std::map<std::string, std::regex> patterns_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> violations(json::object const& schema, json::value const& value, Undeclared undeclared) {
  Check check(undeclared);
  check.run(schema, value, "$");
  return check.take();
}

}  // namespace decapod::test
