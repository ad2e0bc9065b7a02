#pragma once
// Random numbers that are the same on every machine. One sequence for each party, so that leaving one party out of a
// run changes little for the others.

#include <cstdint>
#include <string_view>

namespace decapod::sim {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t party) : state_(seed * 0x9e3779b97f4a7c15U + party * 0xd1342543de82ef95U) {
    next();
  }
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
  }
  // 0 to `end` - 1.
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(unsigned of_hundred) { return below(100) < of_hundred; }

 private:
  std::uint64_t state_;
};

// A party's number, from its name (FNV-1a).
inline std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (char const c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace decapod::sim
