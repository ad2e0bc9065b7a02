#include <decapod/base/short_id.h>

#include <algorithm>

namespace decapod {
namespace {

constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kBitsOfOne = 5;
constexpr int kShortest = 4;
constexpr int kRounds = 4;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Each step (adding, multiplying by an odd number, folding the high half into the low one) can be undone within `bits`
// bits; so can all of them together.
std::uint64_t permute(std::uint64_t value, int bits, std::uint64_t key) {
  auto const mask = (std::uint64_t{1} << bits) - 1;
  for (int round = 0; round < kRounds; ++round) {
    key = key * 6364136223846793005ULL + 1442695040888963407ULL;
    value = (value + (key >> 32)) & mask;
    value = (value * ((key >> 17) | 1)) & mask;
    value ^= value >> (bits / 2);
  }
  return value;
}

}  // namespace

std::string make_short_id(std::string_view prefix, std::uint64_t count, std::uint64_t key) {
  int length = kShortest;
  while (count >= std::uint64_t{1} << (length * kBitsOfOne)) {
    count -= std::uint64_t{1} << (length * kBitsOfOne);
    ++length;
  }
  auto value = permute(count, length * kBitsOfOne, key);
  std::string id(prefix);
  id.resize(prefix.size() + static_cast<std::size_t>(length));
  for (auto at = id.rbegin(); length > 0; --length, ++at) {
    *at = kCrockford[value & 31];
    value >>= kBitsOfOne;
  }
  return id;
}

bool is_id_text(std::string_view text, std::size_t bytes) {
  if (text.empty() || text.size() > bytes || !is_alphanumeric(text.front())) return false;
  return std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '-'; });
}

}  // namespace decapod
