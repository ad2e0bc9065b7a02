#pragma once
// Fields that requests of several subsystems have in common.
//
//   static constexpr auto fields = std::to_array<Field>({
//       fields::id<"The item">(),
//       fields::limit(200),
//       fields::cursor(),
//   });

#include <decapod/base/request.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace decapod::fields {

inline constexpr std::int64_t kIdBytesMax = 64;
// A cursor made of the last row's values.
inline constexpr std::int64_t kCursorBytesMax = 300;

// Words that a template takes.
template <std::size_t N>
struct Words {
  char text[N]{};
  consteval Words(char const (&words)[N]) { std::copy_n(words, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

namespace detail {

inline constexpr std::string_view kPrefixed = ", or a prefix that names one only";

template <Words What>
consteval auto make_meaning() {
  std::array<char, What.view().size() + kPrefixed.size()> meaning{};
  std::ranges::copy(kPrefixed, std::ranges::copy(What.view(), meaning.begin()).out);
  return meaning;
}
template <Words What>
inline constexpr auto kMeaning = make_meaning<What>();

}  // namespace detail

// The record that the request is about: id<"The item">().
template <Words What>
constexpr Field id() {
  return {.name = "id",
          .meaning = {detail::kMeaning<What>.data(), detail::kMeaning<What>.size()},
          .place = Place::positional,
          .presence = Presence::required,
          .min = 1,
          .max = kIdBytesMax};
}

// How many a list may have; `most` bounds what one answer costs.
constexpr Field limit(std::int64_t most, std::string_view meaning = "At most this many") {
  return {.name = "limit", .meaning = meaning, .min = 1, .max = most, .short_name = 'n'};
}

namespace detail {
inline constexpr std::string_view kGoOn = "Go on where an earlier answer ended (its next_cursor)";
}  // namespace detail

// Of a list in an order of its own: a text that means something to who made it. `bytes_min` 0: "" begins the list.
constexpr Field cursor(std::int64_t bytes_max = kCursorBytesMax, std::int64_t bytes_min = 1) {
  return {.name = "cursor", .meaning = detail::kGoOn, .min = bytes_min, .max = bytes_max};
}

// Of a list that is numbered: the number to go on from.
constexpr Field numbered_cursor(std::int64_t least = 1) {
  return {.name = "cursor", .meaning = detail::kGoOn, .min = least};
}

}  // namespace decapod::fields
