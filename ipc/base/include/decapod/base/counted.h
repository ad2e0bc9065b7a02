#pragma once
// Numbers of things, in words. Both sides need them: verbs for replies, the broker for refusals and findings.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace decapod {

// "1 gate", "0 gates", "1 reply"; `many` where an s behind `one` makes no plural: counted(n, "reply", "replies").
std::string counted(std::uint64_t number, std::string_view one, std::string_view many = {});

template <std::signed_integral Number>
std::string counted(Number number, std::string_view one, std::string_view many = {}) {
  return counted(static_cast<std::uint64_t>(number < 0 ? 0 : number), one, many);
}

}  // namespace decapod
