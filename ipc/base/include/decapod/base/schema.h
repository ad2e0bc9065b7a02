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

using Of = json::object (*)(Field const& bounds, Unknown unknown);
struct Shape {
  std::span<codec::Member const> members;
  std::span<Of const> schemas;
  codec::detail::Bounds bounds;
};
json::object of_struct(Shape const& shape, Unknown unknown);

template <class M>
struct OfMember {
  using Pointer = Of;
  static constexpr Pointer pointer = &of<M>;
};

template <class T>
inline constexpr Shape kShape{codec::members<T>, codec::functions<T, OfMember>,
                              Request<T> ? codec::detail::Bounds::always : codec::detail::Bounds::where_strict};

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
    return detail::of_struct(detail::kShape<T>, unknown);
}

namespace detail {
json::object of_request(Shape const& shape, Verb const& verb);
}  // namespace detail

template <Request T>
json::object of_request() {
  return detail::of_request(detail::kShape<T>, T::verb);
}

template <class T>
json::object of_reply() {
  return of<T>(codec::kNoBounds, Unknown::ignore);
}

}  // namespace decapod::schema
