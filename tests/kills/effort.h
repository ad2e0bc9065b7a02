#pragma once
// How much is tried, and with which random numbers.

#include <support/effort.h>
#include <catch2/catch.hpp>

#include <cstdint>
#include <random>

namespace decapod::test {

// DECAPOD_KILL_FACTOR: how many times as many deaths as usual, in one store.
inline int kill_factor() {
  return static_cast<int>(effort("DECAPOD_KILL_FACTOR", 1));
}

// From --rng-seed, else another one each time.
inline std::uint32_t drawn_seed() {
  return Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
}

// Microseconds into a commit or checkpoint; most of them are over soon.
inline std::uint64_t drawn_delay(std::mt19937& random) {
  auto const longest = std::uniform_int_distribution<std::uint64_t>(0, 3'000)(random);
  return longest >> std::uniform_int_distribution(0, 6)(random);
}

}  // namespace decapod::test
