#pragma once
// JSON Schema (2020-12) of described types. A request's schema accepts what the decoder accepts, but for the
// letters of a text (NUL, DEL, bytes of what is not ASCII, a day that no month has): those the decoder alone judges.

#include <decapod/base/codec.h>
#include <boost/json/array.hpp>

namespace decapod::schema {

using codec::Unknown;  // refuse: the schema of a request; ignore: of a reply

struct IntegerRange {
  std::int64_t least;
  std::int64_t most;
};

json::object of_text(Field const& bounds);
// `range` is that of the C++ type; told of requests only.
json::object of_integer(Field const& bounds, IntegerRange range, Unknown unknown);
json::object of_choice(std::span<std::string_view const> choices);
json::object of_list(json::object items, Field const& bounds);
json::object of_map(json::object values, Field const& bounds);
json::object of_time();

template <class T>
json::object of(Field const& bounds, Unknown unknown);

namespace detail {

template <class T>
constexpr IntegerRange range_of() {
  if constexpr (sizeof(T) == sizeof(std::int64_t) && std::is_unsigned_v<T>)
    return {0, kUnbounded};
  else
    return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

template <class T>
json::object of_struct(Unknown unknown) {
  json::object properties;
  json::array required;
  reflect::mp11::mp_for_each<reflect::mp11::mp_iota<reflect::mp11::mp_size<reflect::Members<T>>>>([&](auto i) {
    constexpr std::size_t at = decltype(i)::value;
    using D = reflect::mp11::mp_at_c<reflect::Members<T>, at>;
    using Member = std::remove_cvref_t<decltype(std::declval<T>().*D::pointer)>;
    constexpr auto const& field = codec::detail::field_of<T, at>();
    bool const bounded = Request<T> || unknown == Unknown::refuse;
    auto property = of<Member>(bounded ? field : codec::kNoBounds, unknown);
    if (!field.meaning.empty()) property.emplace("description", field.meaning);
    properties.emplace(D::name, std::move(property));
    if (!codec::detail::may_be_absent<T, at>()) required.emplace_back(D::name);
  });
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", unknown == Unknown::ignore}};
}

}  // namespace detail

template <class T>
json::object of(Field const& bounds, Unknown unknown) {
  if constexpr (std::is_same_v<T, json::value>)
    return {};
  else if constexpr (std::is_same_v<T, json::object>)
    return {{"type", "object"}};
  else if constexpr (std::is_same_v<T, bool> || reflect::YesNo<T>)
    return {{"type", "boolean"}};
  else if constexpr (std::is_same_v<T, Millis>)
    return of_integer(bounds, detail::range_of<std::int64_t>(), unknown);
  else if constexpr (std::is_integral_v<T>)
    return of_integer(bounds, detail::range_of<T>(), unknown);
  else if constexpr (std::is_floating_point_v<T>)
    return {{"type", "number"}};
  else if constexpr (std::is_same_v<T, std::string>)
    return of_text(bounds);
  else if constexpr (std::is_same_v<T, Timestamp>)
    return of_time();
  else if constexpr (reflect::Enum<T>)
    return of_choice(reflect::enum_views<T>);
  else if constexpr (reflect::is_list<T>)
    return of_list(of<typename T::value_type>(bounds, unknown), bounds);
  else if constexpr (reflect::is_map<T>)
    return of_map(of<typename T::mapped_type>(bounds, unknown), bounds);
  else if constexpr (reflect::is_optional<T>)
    return of<typename T::value_type>(bounds, unknown);
  else
    return detail::of_struct<T>(unknown);
}

template <Request T>
json::object of_request() {
  auto schema = detail::of_struct<T>(Unknown::refuse);
  schema.emplace("$schema", "https://json-schema.org/draft/2020-12/schema");
  schema.emplace("title", T::verb.summary);
  return schema;
}

template <class T>
json::object of_reply() {
  return of<T>(codec::kNoBounds, Unknown::ignore);
}

}  // namespace decapod::schema
