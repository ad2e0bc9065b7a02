#pragma once
// Ids of items: those that decapod makes (base/short_id.h), and those that an import brings.

#include <string_view>

namespace decapod::todo {

inline constexpr std::string_view kIdPrefix = "t-";

// Letters, digits and . _ : -, beginning with a letter or digit; at most 64 bytes.
bool is_valid_id(std::string_view id);

}  // namespace decapod::todo
