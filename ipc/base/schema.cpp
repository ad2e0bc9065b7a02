#include <decapod/base/schema.h>

#include <algorithm>

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
  schema.emplace("maxLength", codec::most_bytes(bounds));
  if (bounds.content == Content::visible) schema.emplace("pattern", "\\S");
  return schema;
}

json::object of_integer(Field const& bounds, IntegerRange range, Unknown unknown) {
  json::object schema{{"type", "integer"}};
  if (unknown == Unknown::ignore && !bounded(bounds)) return schema;
  schema.emplace("minimum", bounded(bounds) ? std::max(bounds.min, range.least) : range.least);
  schema.emplace("maximum", std::min(bounds.max, range.most));
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

json::object of_map(json::object values, Field const& bounds) {
  json::object schema{{"type", "object"}, {"additionalProperties", std::move(values)}};
  if (bounded(bounds)) schema.emplace("maxProperties", bounds.max_items);
  return schema;
}

json::object of_time() {
  return {{"type", "string"}, {"format", "date-time"}};
}

namespace detail {

json::object of_struct(Shape const& shape, Unknown unknown) {
  json::object properties;
  json::array required;
  bool const bounded = shape.bounds == codec::detail::Bounds::always || unknown == Unknown::refuse;
  for (std::size_t i = 0; i < shape.members.size(); ++i) {
    auto const& member = shape.members[i];
    auto property = shape.schemas[i](bounded ? *member.field : codec::kNoBounds, unknown);
    if (!member.field->meaning.empty()) property.emplace("description", member.field->meaning);
    properties.emplace(member.name, std::move(property));
    if (member.presence == Presence::required) required.emplace_back(member.name);
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", unknown == Unknown::ignore}};
}

json::object of_request(Shape const& shape, Verb const& verb) {
  auto schema = of_struct(shape, Unknown::refuse);
  schema.emplace("$schema", "https://json-schema.org/draft/2020-12/schema");
  schema.emplace("title", verb.summary);
  return schema;
}

}  // namespace detail

}  // namespace decapod::schema
