#pragma once
// Names for things: a request, a store, an epoch.

#include <decapod/base/clock.h>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace decapod {

// 128 random bits as 32 hex digits, for what must never collide (store ids, temporary names).
std::string random_id();

// A UUID version 7: the time first, so that ids made later sort later and B-trees stay dense, then 74 random bits.
std::string new_request_id(Timestamp now);

// What one committed write is called: it was the `commit_seq`-th of its store, in the tenure `epoch`.
struct Marker {
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
  friend auto operator<=>(Marker const&, Marker const&) = default;
};
std::string to_string(Marker marker);  // "3.17"
// The marker that is spelled so; nullopt: to_string() spells none like this.
std::optional<Marker> marker_from(std::string_view text);

}  // namespace decapod
