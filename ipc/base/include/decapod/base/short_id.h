#pragma once
// Ids of what a store keeps: short, unique by construction, and hard to mistake for one another.

#include <cstdint>
#include <string>
#include <string_view>

namespace decapod {

// `prefix` ("t-") and the id of the `count`-th thing of its kind (from 0) in the store `key`: a permutation of the
// numbers of one length, so that two counts never give the same id and neighbours look nothing alike. Four characters
// for the first 2^20, then five, and so on.
std::string make_short_id(std::string_view prefix, std::uint64_t count, std::uint64_t key);

// Letters, digits and . _ : -, beginning with a letter or digit; at most `bytes` bytes.
bool is_id_text(std::string_view text, std::size_t bytes);

}  // namespace decapod
