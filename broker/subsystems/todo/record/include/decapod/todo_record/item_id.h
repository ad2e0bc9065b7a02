#pragma once
// Ids of items: short, unique by construction, and hard to mistake for one another.

#include <cstdint>
#include <string>
#include <string_view>

namespace decapod::todo {

inline constexpr std::string_view kIdPrefix = "t-";

// The id of the `count`-th item (from 0) of the store `key`: a permutation of the numbers of one length, so that two
// counts never give the same id and neighbours look nothing alike. Four characters for the first 2^20, then five, and
// so on.
std::string make_id(std::uint64_t count, std::uint64_t key);

// Letters, digits and . _ : -, beginning with a letter or digit; at most 64 bytes.
bool is_valid_id(std::string_view id);

}  // namespace decapod::todo
