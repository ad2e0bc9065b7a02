#include <decapod/base/digest.h>
#include <sodium.h>
#include <xxhash.h>

#include <algorithm>
#include <new>

#include "sha256_blocks.h"

namespace decapod {
namespace {

constexpr std::size_t kBlock = 64;

// What is hashed with the processor's instructions: the padding is ours, and the buffer for what is not a block yet.
struct Progress {
  Sha256State state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::uint64_t bytes = 0;
  std::array<unsigned char, kBlock> rest{};

  void take(unsigned char const* from, std::size_t size) {
    auto const held = bytes % kBlock;
    bytes += size;
    if (held > 0) {
      auto const fill = std::min(size, kBlock - held);
      std::copy_n(from, fill, rest.data() + held);
      if (held + fill < kBlock) return;
      take_sha256_blocks(state, rest.data(), 1);
      from += fill;
      size -= fill;
    }
    take_sha256_blocks(state, from, size / kBlock);
    std::copy_n(from + size / kBlock * kBlock, size % kBlock, rest.data());
  }

  // A one, zeros, and the number of bits in the last eight bytes of a block.
  void pad() {
    std::array<unsigned char, 2 * kBlock> tail{0x80};
    auto const zeros = (2 * kBlock - 9 - bytes % kBlock) % kBlock;
    auto const bits = bytes * 8;
    for (std::size_t i = 0; i < 8; ++i) tail[1 + zeros + i] = static_cast<unsigned char>(bits >> (56 - 8 * i));
    take(tail.data(), 1 + zeros + 8);
  }
};

using Portable = crypto_hash_sha256_state;

template <class T>
T& in(std::array<std::byte, 128>& storage) {
  static_assert(sizeof(T) <= sizeof(storage));
  return *std::launder(reinterpret_cast<T*>(storage.data()));
}

bool in_hardware() {
  static bool const known = has_sha256_instructions();
  return known;
}

unsigned char const* raw(std::byte const* bytes) {
  return reinterpret_cast<unsigned char const*>(bytes);
}

// What each character is as a digit; -1 if it is none. A table, because no processor can guess whether the next digit
// of a digest is a letter.
constexpr auto kDigits = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int value = 0; value < 16; ++value) {
    values[static_cast<std::size_t>(value < 10 ? '0' + value : 'a' + value - 10)] = static_cast<std::int8_t>(value);
  }
  return values;
}();

int digit_value(char c) {
  return kDigits[static_cast<unsigned char>(c)];
}

}  // namespace

Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string hex(Bytes bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (auto const byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::string hex(Sha256 const& digest) {
  return hex(Bytes(digest.bytes));
}

std::optional<Sha256> sha256_from(Bytes bytes) {
  Sha256 digest;
  if (bytes.size() != digest.bytes.size()) return std::nullopt;
  std::ranges::copy(bytes, digest.bytes.begin());
  return digest;
}

std::optional<Sha256> sha256_from_hex(std::string_view text) {
  Sha256 digest;
  if (text.size() != 2 * digest.bytes.size()) return std::nullopt;
  int all = 0;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
    int const high = digit_value(text[2 * i]);
    int const low = digit_value(text[2 * i + 1]);
    all |= high | low;
    digest.bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return all < 0 ? std::nullopt : std::optional(digest);
}

Sha256Hasher::Sha256Hasher() : state_{} {
  if (in_hardware()) {
    new (state_.data()) Progress;
  } else {
    new (state_.data()) Portable;
    crypto_hash_sha256_init(&in<Portable>(state_));
  }
}

Sha256Hasher& Sha256Hasher::add(Bytes bytes) {
  if (in_hardware())
    in<Progress>(state_).take(raw(bytes.data()), bytes.size());
  else
    crypto_hash_sha256_update(&in<Portable>(state_), raw(bytes.data()), bytes.size());
  return *this;
}

Sha256Hasher& Sha256Hasher::add(std::string_view text) {
  return add(as_bytes(text));
}

Sha256Hasher& Sha256Hasher::add_u64(std::uint64_t value) {
  std::array<std::byte, 8> little{};
  for (auto& byte : little) {
    byte = static_cast<std::byte>(value & 0xff);
    value >>= 8;
  }
  return add(Bytes(little));
}

Sha256 Sha256Hasher::finish() {
  Sha256 digest;
  if (!in_hardware()) {
    crypto_hash_sha256_final(&in<Portable>(state_), reinterpret_cast<unsigned char*>(digest.bytes.data()));
    return digest;
  }
  auto& progress = in<Progress>(state_);
  progress.pad();
  for (std::size_t i = 0; i < digest.bytes.size(); ++i)
    digest.bytes[i] = static_cast<std::byte>(progress.state[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

Sha256 sha256(std::string_view text) {
  return Sha256Hasher().add(text).finish();
}

Hash128 hash128(std::string_view text) {
  auto const hash = XXH3_128bits(text.data(), text.size());
  return {.low = hash.low64, .high = hash.high64};
}

std::string hex(Hash128 const& hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, {hash.low, hash.high});
  return hex(std::as_bytes(std::span(canonical.digest)));
}

}  // namespace decapod
