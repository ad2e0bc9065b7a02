#include <decapod/capsule_selection/relevance.h>

#include <bit>

namespace decapod::capsule {
namespace {

constexpr int kFraction = 16;

}  // namespace

std::uint64_t log2_of_ratio(std::uint64_t a, std::uint64_t b) {
  constexpr int kMantissa = 31;
  // The ratio with 32 bits behind the point, then as a power of two times a number between 1 and 2.
  auto const ratio = (a << 32U) / b;
  int const exponent = static_cast<int>(std::bit_width(ratio)) - 1 - 32;
  auto mantissa = exponent + 32 >= kMantissa ? ratio >> static_cast<unsigned>(exponent + 32 - kMantissa)
                                             : ratio << static_cast<unsigned>(kMantissa - exponent - 32);
  auto result = static_cast<std::uint64_t>(exponent);
  // Squared, a number above the root of two becomes one above two: that is the next bit of its logarithm.
  for (int bit = 0; bit < kFraction; ++bit) {
    mantissa = (mantissa * mantissa) >> static_cast<unsigned>(kMantissa);
    result <<= 1U;
    if (mantissa >> static_cast<unsigned>(kMantissa + 1) != 0) {
      mantissa >>= 1U;
      result |= 1U;
    }
  }
  return result;
}

std::uint64_t worth(Corpus const& corpus, std::uint64_t passages_with_it) {
  return log2_of_ratio(2 * corpus.passages + 2, 2 * passages_with_it + 1);
}

// worth * t * 2.2 / (t + 1.2 * (0.25 + 0.75 * length / average)), where average = words / passages; both sides times
// ten times `words`, so that nothing is divided before the end.
std::uint64_t part_of_score(Corpus const& corpus, std::uint64_t worth, std::uint64_t times, std::uint64_t length) {
  auto const above = worth * times * 22 * corpus.words;
  auto const below = 10 * times * corpus.words + 3 * corpus.words + 9 * length * corpus.passages;
  return below == 0 ? 0 : above / below;
}

}  // namespace decapod::capsule
