#pragma once
// What the codec, the schema and the command line ask about a described type. Boost.Describe does the work.

#include <decapod/base/clock.h>
#include <decapod/base/request.h>
#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace decapod::reflect {

namespace mp11 = boost::mp11;
namespace describe = boost::describe;

template <class T>
using Members = describe::describe_members<T, describe::mod_public>;

template <class T>
concept Struct = std::is_class_v<T> && describe::has_describe_members<T>::value;

template <class T>
concept Enum = std::is_enum_v<T> && describe::has_describe_enumerators<T>::value;

template <Enum E>
inline constexpr std::size_t enumerator_count = mp11::mp_size<describe::describe_enumerators<E>>::value;

// The spelling of an enumerator outside the program: `parent_child` is "parent-child", `NOT_COMMITTED` stays as it is.
struct EnumName {
  std::array<char, 32> text{};
  std::size_t size = 0;
  constexpr std::string_view view() const { return {text.data(), size}; }
};

constexpr bool has_lower_case(std::string_view identifier) {
  return std::ranges::any_of(identifier, [](char c) { return c >= 'a' && c <= 'z'; });
}

constexpr EnumName published_name(char const* identifier) {
  EnumName name;
  bool const words = has_lower_case(identifier);
  for (; identifier[name.size] != '\0'; ++name.size) {
    char const c = identifier[name.size];
    name.text[name.size] = words && c == '_' ? '-' : c;
  }
  return name;
}

template <Enum E>
constexpr auto make_enum_names() {
  std::array<EnumName, enumerator_count<E>> names{};
  std::size_t at = 0;
  mp11::mp_for_each<describe::describe_enumerators<E>>([&](auto d) { names[at++] = published_name(d.name); });
  return names;
}
template <Enum E>
inline constexpr auto enum_names = make_enum_names<E>();

template <Enum E>
constexpr auto make_enum_views() {
  std::array<std::string_view, enumerator_count<E>> views{};
  for (std::size_t i = 0; i < views.size(); ++i) views[i] = enum_names<E>[i].view();
  return views;
}
// Every published name of an enum, in order of declaration.
template <Enum E>
inline constexpr auto enum_views = make_enum_views<E>();

template <Enum E>
constexpr auto make_enum_values() {
  std::array<E, enumerator_count<E>> values{};
  std::size_t at = 0;
  mp11::mp_for_each<describe::describe_enumerators<E>>([&](auto d) { values[at++] = d.value; });
  return values;
}
template <Enum E>
inline constexpr auto enum_values = make_enum_values<E>();

template <Enum E>
constexpr std::string_view to_text(E value) {
  for (std::size_t i = 0; i < enumerator_count<E>; ++i) {
    if (enum_values<E>[i] == value) return enum_views<E>[i];
  }
  return "?";
}

template <Enum E>
constexpr std::optional<E> from_text(std::string_view text) {
  for (std::size_t i = 0; i < enumerator_count<E>; ++i) {
    if (enum_views<E>[i] == text) return enum_values<E>[i];
  }
  return std::nullopt;
}

// An enum of exactly {no, yes}: a yes/no with a name.
template <class T>
constexpr bool is_yes_no() {
  if constexpr (Enum<T>) {
    return enumerator_count<T> == 2 && enum_views<T>[0] == "no" && enum_views<T>[1] == "yes";
  } else {
    return false;
  }
}
template <class T>
concept YesNo = is_yes_no<T>();

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> : Unwrapped<T> {};
template <class T>
struct Unwrapped<std::vector<T>> : Unwrapped<T> {};
// T without its optional and its list.
template <class T>
using Element = typename Unwrapped<T>::type;

}  // namespace decapod::reflect

namespace decapod {
// "parent-child" for LinkKind::parent_child, and back.
using reflect::from_text;
using reflect::to_text;
}  // namespace decapod
