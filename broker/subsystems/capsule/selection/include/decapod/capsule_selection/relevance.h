#pragma once
// BM25 in whole numbers: the same score on every machine, whatever its processor makes of floating point.

#include <cstdint>

namespace decapod::capsule {

// What is known of all passages together.
struct Corpus {
  std::uint64_t passages = 0;
  std::uint64_t words = 0;  // of all of them
};

// log2 of a / b in 1/65536, rounded down. a >= b > 0, a below 2^31.
std::uint64_t log2_of_ratio(std::uint64_t a, std::uint64_t b);

// How much a word is worth that so many passages have: log2((2N + 2) / (2n + 1)), in 1/65536. Rare words count more.
std::uint64_t worth(Corpus const& corpus, std::uint64_t passages_with_it);

// What a word adds to the score of a passage of `length` words that has it `times` times (BM25 with k1 = 1.2,
// b = 0.75), in 1/65536, rounded down. At most 2.2 times its worth.
std::uint64_t part_of_score(Corpus const& corpus, std::uint64_t worth, std::uint64_t times, std::uint64_t length);

}  // namespace decapod::capsule
