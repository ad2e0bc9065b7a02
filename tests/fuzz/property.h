#pragma once
// What a fuzz target asserts of every input.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace decapod::fuzz {

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
  return {reinterpret_cast<char const*>(data), size};
}

// Ends the process, so that libFuzzer keeps the input that broke `promise`.
inline void expect(bool kept, char const* promise) {
  if (kept) return;
  std::fprintf(stderr, "BROKEN PROMISE: %s\n", promise);
  std::abort();
}

inline void expect_same(std::string const& one, std::string const& other, char const* promise) {
  if (one == other) return;
  std::fprintf(stderr, "one:   %s\nother: %s\n", one.c_str(), other.c_str());
  expect(false, promise);
}

// The first line of an input, taken off: it says which reader the rest is for.
inline std::string_view take_line(std::string_view& text) {
  auto const end = text.find('\n');
  auto const line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

}  // namespace decapod::fuzz
