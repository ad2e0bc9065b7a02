#include <decapod/base/digest.h>
#include <sodium.h>
#include <xxhash.h>

#include <algorithm>
#include <new>

namespace decapod {
namespace {

auto* state(std::array<std::byte, 128>& storage) {
  static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(storage));
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(storage.data()));
}

unsigned char const* raw(std::byte const* bytes) {
  return reinterpret_cast<unsigned char const*>(bytes);
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
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
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
    int const high = digit_value(text[2 * i]);
    int const low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest.bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return digest;
}

Sha256Hasher::Sha256Hasher() : state_{} {
  new (state_.data()) crypto_hash_sha256_state;
  crypto_hash_sha256_init(state(state_));
}

Sha256Hasher& Sha256Hasher::add(Bytes bytes) {
  crypto_hash_sha256_update(state(state_), raw(bytes.data()), bytes.size());
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
  crypto_hash_sha256_final(state(state_), reinterpret_cast<unsigned char*>(digest.bytes.data()));
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
