#pragma once
// How much a test does: a number from the environment, because the same test is run small and large.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace decapod::test {

// The decimal number in the variable, `least` at least; `usual` if it is not set. What is no number counts as `least`.
inline std::int64_t effort(char const* variable, std::int64_t usual, std::int64_t least = 1) {
  char const* const text = std::getenv(variable);
  return text == nullptr ? usual : std::max<std::int64_t>(std::strtoll(text, nullptr, 10), least);
}

}  // namespace decapod::test
