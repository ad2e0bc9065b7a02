#pragma once
// JSON Schema (2020-12) of described types.

#include <decapod/base/codec.h>
#include <boost/json/array.hpp>

namespace decapod::schema {

json::object of_text(Field const& bounds);
json::object of_integer(Field const& bounds);
json::object of_choice(std::span<std::string_view const> choices);
json::object of_list(json::object items, Field const& bounds);
json::object of_time();

template <class T>
json::object of(Field const& bounds);

template <class T>
json::object of() {
  return of<T>(codec::kNoBounds);
}

namespace detail {

template <class T>
json::object of_struct() {
  json::object properties;
  json::array required;
  reflect::mp11::mp_for_each<reflect::mp11::mp_iota<reflect::mp11::mp_size<reflect::Members<T>>>>([&](auto i) {
    constexpr std::size_t at = decltype(i)::value;
    using D = reflect::mp11::mp_at_c<reflect::Members<T>, at>;
    using Member = std::remove_cvref_t<decltype(std::declval<T>().*D::pointer)>;
    constexpr auto const& field = codec::detail::field_of<T, at>();
    auto property = of<Member>(field);
    if (!field.meaning.empty()) property.emplace("description", field.meaning);
    properties.emplace(D::name, std::move(property));
    if (!codec::detail::may_be_absent<T, at>()) required.emplace_back(D::name);
  });
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", !Request<T>}};
}

}  // namespace detail

template <class T>
json::object of(Field const& bounds) {
  if constexpr (std::is_same_v<T, json::value>)
    return {};
  else if constexpr (std::is_same_v<T, json::object>)
    return {{"type", "object"}};
  else if constexpr (std::is_same_v<T, bool> || reflect::YesNo<T>)
    return {{"type", "boolean"}};
  else if constexpr (std::is_same_v<T, Millis>)
    return of_integer(bounds);
  else if constexpr (std::is_integral_v<T>)
    return of_integer(bounds);
  else if constexpr (std::is_floating_point_v<T>)
    return {{"type", "number"}};
  else if constexpr (std::is_same_v<T, std::string>)
    return of_text(bounds);
  else if constexpr (std::is_same_v<T, Timestamp>)
    return of_time();
  else if constexpr (reflect::Enum<T>)
    return of_choice(reflect::enum_views<T>);
  else if constexpr (reflect::is_list<T>)
    return of_list(of<typename T::value_type>(bounds), bounds);
  else if constexpr (reflect::is_map<T>)
    return {{"type", "object"}, {"additionalProperties", of<typename T::mapped_type>(codec::kNoBounds)}};
  else if constexpr (reflect::is_optional<T>)
    return of<typename T::value_type>(bounds);
  else
    return detail::of_struct<T>();
}

template <Request T>
json::object of_request() {
  auto schema = detail::of_struct<T>();
  schema.emplace("$schema", "https://json-schema.org/draft/2020-12/schema");
  schema.emplace("title", T::verb.summary);
  return schema;
}

}  // namespace decapod::schema
