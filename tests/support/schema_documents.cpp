#include "support/schema_documents.h"

#include <boost/json.hpp>

#include <limits>
#include <string>

namespace decapod::test {
namespace {

namespace json = boost::json;

// How seldom something breaks the schema: once in so many values, so that documents of dozens of values mostly keep it.
constexpr int kStrangers = 150;
constexpr int kEdges = 60;
constexpr int kUnknown = 40;
// A list that is too long by one is made only if that is cheap.
constexpr std::int64_t kLongListMost = 2000;
// Texts above that are as long as they may be less often.
constexpr std::int64_t kShortText = 1000;

std::int64_t bound(json::object const& schema, char const* name, std::int64_t otherwise) {
  auto const* value = schema.if_contains(name);
  return value == nullptr ? otherwise : value->to_number<std::int64_t>();
}

}  // namespace

json::value SchemaDocuments::any(json::object const& schema) {
  if (one_in(kStrangers)) return stranger();
  auto const* type = schema.if_contains("type");
  if (type == nullptr) return stranger();
  if (*type == "boolean") return one_in(2);
  if (*type == "integer") return number(schema);
  if (*type == "number") return 0.5;
  if (*type == "array") return list(schema);
  if (*type == "string") return text(schema);
  return schema.contains("properties") ? members(schema) : map(schema);
}

json::value SchemaDocuments::stranger() {
  switch (below(7)) {
    case 0:
      return nullptr;
    case 1:
      return json::array{};
    case 2:
      return json::object{};
    case 3:
      return "stranger";
    case 4:
      return 7;
    case 5:
      return one_in(2);
    default:
      return 1.5;
  }
}

json::value SchemaDocuments::number(json::object const& schema) {
  auto const least = bound(schema, "minimum", std::numeric_limits<std::int64_t>::min());
  auto const most = bound(schema, "maximum", std::numeric_limits<std::int64_t>::max());
  // Beyond 2^53 a checker that counts in doubles could not tell neighbours apart.
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (one_in(kEdges) && most < kExact) return most + 1;
  if (one_in(kEdges) && least > -kExact) return least - 1;
  if (one_in(kEdges)) return static_cast<double>(least > -kExact ? least : 0) + 0.5;
  if (one_in(kEdges)) return 1e300;
  if (one_in(4) && most < kExact) return static_cast<double>(most);
  if (one_in(4)) return most;
  return least;
}

json::value SchemaDocuments::text(json::object const& schema) {
  if (auto const* choices = schema.if_contains("enum")) {
    if (one_in(kEdges)) return "none of them";
    auto const& names = choices->as_array();
    return names[static_cast<std::size_t>(below(static_cast<int>(names.size())))];
  }
  if (schema.contains("format")) {
    if (one_in(kEdges)) return one_in(2) ? "2026-01-31" : "tomorrow";
    return one_in(2) ? "2026-01-31T12:00:00Z" : "1969-12-31T23:59:59.5+02:00";
  }
  auto const least = bound(schema, "minLength", 0);
  auto const most = bound(schema, "maxLength", 1 << 20);
  auto size = least + below(3);
  if (one_in(most < kShortText ? kEdges : kEdges * 4)) size = most + 1;
  if (one_in(kEdges)) size = least - 1;
  if (one_in(most < kShortText ? 8 : kEdges)) size = most;
  char const letter = one_in(kEdges) ? ' ' : 'x';
  return json::string(std::string(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)), letter));
}

json::value SchemaDocuments::list(json::object const& schema) {
  auto const most = bound(schema, "maxItems", kLongListMost);
  std::int64_t size = below(4);
  if (one_in(kEdges) && most < kLongListMost) size = most + 1;
  json::array items;
  for (std::int64_t i = 0; i < size; ++i) {
    if (i > 3)
      items.push_back(items.front());
    else
      items.push_back(any(schema.at("items").as_object()));
  }
  return items;
}

void SchemaDocuments::add_unknown(json::object& object) {
  if (one_in(kUnknown)) object["nobody_knows_this"] = stranger();
}

json::value SchemaDocuments::members(json::object const& schema) {
  json::object object;
  auto const& required = schema.at("required").as_array();
  for (auto const& property : schema.at("properties").as_object()) {
    bool const is_required = std::ranges::count(required, json::value(property.key())) > 0;
    if (is_required ? one_in(kStrangers) : one_in(2)) continue;
    object[property.key()] = any(property.value().as_object());
  }
  add_unknown(object);
  return object;
}

json::value SchemaDocuments::map(json::object const& schema) {
  json::object object;
  auto const* values = schema.if_contains("additionalProperties");
  if (values == nullptr || !values->is_object()) return object;
  auto const most = bound(schema, "maxProperties", kLongListMost);
  std::int64_t const size = one_in(kEdges) && most < kLongListMost ? most + 1 : below(4);
  for (std::int64_t i = 0; i < size; ++i) object["key" + std::to_string(i)] = any(values->as_object());
  return object;
}

}  // namespace decapod::test
