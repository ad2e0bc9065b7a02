#pragma once
// The members of a described struct with their C++ types erased. What walks them, be it the decoder, the encoder or the
// schema printer, is then compiled once, with one small function for each type of member: compiling a walk for each
// struct was most of what a subsystem cost.

#include <decapod/base/reflect.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace decapod::codec {

inline constexpr Field kNoBounds{};

// One member, as everybody who walks a struct needs it.
struct Member {
  std::string_view name;
  Field const* field;  // what the struct declares of it; kNoBounds if it declares nothing
  Presence presence;
  void* (*in)(void* whole);  // where it lies in a struct
};

namespace detail {

// The type of the member that a descriptor of Boost.Describe stands for.
template <class T, class D>
using MemberType = std::remove_cvref_t<decltype(std::declval<T&>().*D::pointer)>;

template <class T, class D>
void* member_in(void* whole) {
  return &(static_cast<T*>(whole)->*D::pointer);
}

template <class T, class Descriptors = reflect::Members<T>>
struct Described;

template <class T, template <class...> class List, class... D>
struct Described<T, List<D...>> {
  static constexpr std::size_t kCount = sizeof...(D);
  static constexpr std::array<std::string_view, kCount> kNames{D::name...};

  static constexpr bool fields_match_members() { return std::ranges::equal(T::fields, kNames, {}, &Field::name); }

  // The field that declares a member; for a struct that declares none, one without bounds.
  static constexpr Field const* field(std::size_t at) {
    if constexpr (Declared<T>) {
      static_assert(fields_match_members(), "`fields` must name every described member, in order");
      return &T::fields[at];
    } else {
      return &kNoBounds;
    }
  }

  template <class M>
  static constexpr Presence presence(std::size_t at) {
    if constexpr (Request<T>) {
      return field(at)->presence;
    } else {
      bool const optional = reflect::is_optional<M> || reflect::is_list<M> || reflect::is_map<M>;
      return optional ? Presence::optional : Presence::required;
    }
  }

  static constexpr std::array<Member, kCount> members() {
    std::size_t at = 0;
    [[maybe_unused]] auto const next = [&at] { return at++; };
    return {make<D>(next())...};
  }

  template <class One>
  static constexpr Member make(std::size_t at) {
    return {One::name, field(at), presence<MemberType<T, One>>(at), &member_in<T, One>};
  }

  template <template <class> class Function>
  static constexpr std::array<typename Function<int>::Pointer, kCount> functions() {
    return {Function<MemberType<T, D>>::pointer...};
  }
};

}  // namespace detail

// In order of declaration.
template <reflect::Struct T>
inline constexpr auto members = detail::Described<T>::members();

// Function<M>::pointer for the type M of every member: a table beside members<T>.
template <reflect::Struct T, template <class> class Function>
inline constexpr auto functions = detail::Described<T>::template functions<Function>();

}  // namespace decapod::codec
