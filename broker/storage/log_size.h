#pragma once
// How large a log of commits (a WAL) is: SQLite's file format, which it keeps for ever.

#include <cstdint>

namespace decapod::storage {

inline constexpr std::int64_t kLogHeader = 32;
inline constexpr std::int64_t kFrameHeader = 24;

// The frames that fit into a log of `size` bytes.
constexpr int frames_in(std::int64_t size, std::int64_t page) {
  return size <= kLogHeader ? 0 : static_cast<int>((size - kLogHeader) / (kFrameHeader + page));
}

}  // namespace decapod::storage
