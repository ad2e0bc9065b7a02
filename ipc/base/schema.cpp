#include <decapod/base/schema.h>

namespace decapod::schema {
namespace {

bool bounded(Field const& bounds) {
  return &bounds != &codec::kNoBounds;
}

}  // namespace

json::object of_text(Field const& bounds) {
  json::object schema{{"type", "string"}};
  if (!bounded(bounds)) return schema;
  if (bounds.min > 0) schema.emplace("minLength", bounds.min);
  // Bytes, not characters: a text of fewer characters may still be refused.
  if (bounds.max != kUnbounded) schema.emplace("maxLength", bounds.max);
  return schema;
}

json::object of_integer(Field const& bounds) {
  json::object schema{{"type", "integer"}};
  if (!bounded(bounds)) return schema;
  schema.emplace("minimum", bounds.min);
  if (bounds.max != kUnbounded) schema.emplace("maximum", bounds.max);
  return schema;
}

json::object of_choice(std::span<std::string_view const> choices) {
  json::array names;
  for (auto const choice : choices) names.emplace_back(choice);
  return {{"type", "string"}, {"enum", std::move(names)}};
}

json::object of_list(json::object items, Field const& bounds) {
  json::object schema{{"type", "array"}, {"items", std::move(items)}};
  if (bounded(bounds)) schema.emplace("maxItems", bounds.max_items);
  return schema;
}

json::object of_time() {
  return {{"type", "string"}, {"format", "date-time"}};
}

}  // namespace decapod::schema
