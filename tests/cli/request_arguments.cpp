#include "request_arguments.h"

#include <decapod/base/clock.h>
#include <decapod/base/utf8.h>

#include "local/local_verbs.h"
#include "registry.h"

#include <algorithm>
#include <array>
#include <limits>

namespace decapod::test {
namespace {

constexpr std::array<std::string_view, 14> kLetters = {"a",  "Z", "0", " ",    "\"", "\\", "\n",
                                                       "\t", "/", "<", "\x01", ".",  "é",  "🦞"};
constexpr std::int64_t kUsualBytes = 40;
constexpr std::int64_t kUsualItems = 5;
constexpr std::int64_t kLastMillisecond = 253'402'300'799'999;  // of the year 9999

std::int64_t between(std::int64_t least, std::int64_t most, Random& random) {
  return std::uniform_int_distribution<std::int64_t>(least, most)(random);
}

bool one_in(int chances, Random& random) {
  return between(1, chances, random) == 1;
}

std::int64_t bound(json::object const& schema, std::string_view name, std::int64_t otherwise) {
  auto const* found = schema.if_contains(name);
  return found == nullptr ? otherwise : found->to_number<std::int64_t>();
}

// The least, the greatest, or something usual between them.
std::int64_t within(std::int64_t least, std::int64_t usual, std::int64_t most, Random& random) {
  if (one_in(8, random)) return least;
  if (one_in(8, random)) return most;
  return between(least, std::clamp(usual, least, most), random);
}

json::value any_text(json::object const& schema, Random& random) {
  if (auto const* choices = schema.if_contains("enum")) {
    auto const& list = choices->as_array();
    return list[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(list.size()) - 1, random))];
  }
  if (schema.contains("format")) return json::string(to_string(Timestamp{between(0, kLastMillisecond, random)}));
  auto const least = bound(schema, "minLength", 0);
  auto const size = within(least, least + kUsualBytes, bound(schema, "maxLength", 4096), random);
  std::string text;
  while (static_cast<std::int64_t>(text.size()) < size) {
    auto const letter = kLetters[static_cast<std::size_t>(between(0, kLetters.size() - 1, random))];
    text += static_cast<std::int64_t>(text.size() + letter.size()) <= size ? letter : "x";
  }
  // The one pattern that a schema says asks for something to be seen.
  if (schema.contains("pattern") && is_blank(text)) text.assign(text.size(), 'x');
  return json::string(text);
}

// Of structures in a list there are many: each stays small, whatever it might hold.
json::object kept_small(json::object schema) {
  constexpr std::int64_t kTextBytes = 200;
  constexpr std::int64_t kItems = 3;
  if (schema.contains("maxLength")) schema["maxLength"] = std::min(bound(schema, "maxLength", 0), kTextBytes);
  if (schema.contains("maxItems")) schema["maxItems"] = std::min(bound(schema, "maxItems", 0), kItems);
  if (auto* items = schema.if_contains("items")) *items = kept_small(items->as_object());
  if (auto* properties = schema.if_contains("properties")) {
    for (auto& property : properties->as_object()) property.value() = kept_small(property.value().as_object());
  }
  return schema;
}

json::value any_list(json::object const& schema, Random& random) {
  json::array list;
  auto const count = within(0, kUsualItems, std::min<std::int64_t>(bound(schema, "maxItems", 20), 200), random);
  auto items = schema.at("items").as_object();
  if (items.contains("properties")) items = kept_small(std::move(items));
  for (std::int64_t i = 0; i < count; ++i) list.push_back(any_value(items, random));
  return list;
}

json::value any_object(json::object const& schema, Random& random) {
  json::object object;
  auto const* properties = schema.if_contains("properties");
  if (properties == nullptr) {
    auto const* rest = schema.if_contains("additionalProperties");
    object.emplace("anything", rest != nullptr ? any_value(rest->as_object(), random) : json::value(7));
    return object;
  }
  auto const* required = schema.if_contains("required");
  for (auto const& property : properties->as_object()) {
    bool const must = required != nullptr && std::ranges::count(required->as_array(), json::value(property.key())) > 0;
    if (must || one_in(2, random)) object.emplace(property.key(), any_value(property.value().as_object(), random));
  }
  return object;
}

void collect(std::vector<RequestType const*>& types, RequestType const* type) {
  if (std::ranges::count(types, type) == 0) types.push_back(type);
}

}  // namespace

std::vector<RequestType const*> const& all_request_types() {
  static auto const all = [] {
    std::vector<RequestType const*> types;
    for (auto const* group : cli::verb_groups())
      for (auto const& face : group->verbs) collect(types, face.type);
    for (auto const* subsystem : cli::subsystems())
      for (auto const& operation : subsystem->operations) collect(types, operation.type);
    for (auto const& face : cli::local_group().verbs) collect(types, face.type);
    return types;
  }();
  return all;
}

json::value any_value(json::object const& schema, Random& random) {
  auto const* type = schema.if_contains("type");
  if (type == nullptr) return json::array{1, "any", nullptr};
  auto const& name = type->as_string();
  if (name == "string") return any_text(schema, random);
  if (name == "boolean") return one_in(2, random);
  if (name == "array") return any_list(schema, random);
  if (name == "object") return any_object(schema, random);
  if (name == "number") return 0.5 * static_cast<double>(between(-1000, 1000, random));
  // Numbers inside a structure have no bounds but those of their C++ type.
  bool const bounded = schema.contains("minimum");
  auto const least = bound(schema, "minimum", std::numeric_limits<std::int32_t>::min());
  auto const most = bounded ? kUnbounded : std::numeric_limits<std::int32_t>::max();
  return within(least, 1'000'000, bound(schema, "maximum", most), random);
}

json::object any_arguments(RequestType const& type, Random& random) {
  return any_object(type.request_schema(), random).as_object();
}

json::object field_schema(RequestType const& type, FieldShape const& shape) {
  return type.request_schema().at("properties").at(shape.field->name).as_object();
}

}  // namespace decapod::test
