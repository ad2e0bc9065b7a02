#pragma once
// Digests. Sha256 decides and proves; Hash128 only finds (buckets, cache keys): it withstands no adversary.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace decapod {

using Bytes = std::span<std::byte const>;
Bytes as_bytes(std::string_view text);

struct Sha256 {
  std::array<std::byte, 32> bytes{};
  friend bool operator==(Sha256 const&, Sha256 const&) = default;
};
std::string hex(Sha256 const& digest);
std::string hex(Bytes bytes);
// The digest that these 32 bytes, or these 64 hex digits in lower case, are; nullopt if they are anything else.
std::optional<Sha256> sha256_from(Bytes bytes);
std::optional<Sha256> sha256_from_hex(std::string_view text);

// Incremental SHA-256. Use once: finish() ends it.
class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher& add(Bytes bytes);
  Sha256Hasher& add(std::string_view text);
  Sha256Hasher& add_u64(std::uint64_t value);  // eight bytes, little-endian
  Sha256 finish();

 private:
  alignas(64) std::array<std::byte, 128> state_;  // a crypto_hash_sha256_state, kept out of this header
};
Sha256 sha256(std::string_view text);

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(Hash128 const&, Hash128 const&) = default;
};
Hash128 hash128(std::string_view text);
std::string hex(Hash128 const& hash);

}  // namespace decapod
