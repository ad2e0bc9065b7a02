#pragma once
// The keys under which the mutation that records a restore names the store it has replaced, and the generation that it
// begins:
//   broker/replaced/<store>/<generation>/<commits>/<head>
//   broker/generation/<generation>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace decapod::contract {

inline constexpr std::string_view kReplacedKey = "broker/replaced/";
inline constexpr std::string_view kBegunKey = "broker/generation/";

// The number that a text begins with; 0 if with none.
inline std::int64_t generation_at(std::string_view text) {
  std::int64_t generation = 0;
  std::from_chars(text.data(), text.data() + text.size(), generation);
  return generation;
}

// The generation that a recorded restore has ended; 0 if nothing is known of what it replaced. `prefix`: of the key
// that names it after the store.
inline std::int64_t ended_generation(std::span<std::string const> affected_keys,
                                     std::string_view prefix = kReplacedKey) {
  for (std::string_view key : affected_keys) {
    if (!key.starts_with(prefix)) continue;
    key.remove_prefix(prefix.size());
    return generation_at(key.substr(std::min(key.size(), key.find('/') + 1)));
  }
  return 0;
}

// The generation that a recorded restore began in a store that was in generation `before`. Records of older builds do
// not name it: it is the next one.
inline std::int64_t begun_generation(std::span<std::string const> affected_keys, std::int64_t before) {
  for (std::string_view key : affected_keys) {
    if (key.starts_with(kBegunKey)) return generation_at(key.substr(kBegunKey.size()));
  }
  return std::max(before, ended_generation(affected_keys)) + 1;
}

}  // namespace decapod::contract
