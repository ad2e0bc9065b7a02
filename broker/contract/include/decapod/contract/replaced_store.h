#pragma once
// The key under which the mutation that records a restore names the store it has replaced:
//   broker/replaced/<store>/<generation>/<commits>/<head>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace decapod::contract {

inline constexpr std::string_view kReplacedKey = "broker/replaced/";

// The generation that a recorded restore has ended; 0 if nothing is known of what it replaced. `prefix`: of the key
// that names it after the store.
inline std::int64_t ended_generation(std::span<std::string const> affected_keys,
                                     std::string_view prefix = kReplacedKey) {
  for (std::string_view key : affected_keys) {
    if (!key.starts_with(prefix)) continue;
    key.remove_prefix(prefix.size());
    key.remove_prefix(std::min(key.size(), key.find('/') + 1));
    std::int64_t generation = 0;
    std::from_chars(key.data(), key.data() + key.size(), generation);
    return generation;
  }
  return 0;
}

}  // namespace decapod::contract
