#include <decapod/base/digest.h>
#include <decapod/governance/keys.h>
#include <sodium.h>

#include <algorithm>

#include "library.h"

namespace decapod::governance {
namespace {

unsigned char const* raw(std::string_view bytes) {
  return reinterpret_cast<unsigned char const*>(bytes.data());
}

template <std::size_t N>
std::string hex_of(std::array<unsigned char, N> const& bytes) {
  return hex(std::as_bytes(std::span(bytes)));
}

// Lower case only: one value has one spelling.
template <std::size_t N>
bool from_hex(std::string_view text, std::array<unsigned char, N>& bytes) {
  auto const digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  if (text.size() != 2 * N) return false;
  for (std::size_t i = 0; i < N; ++i) {
    auto const high = digit(text[2 * i]);
    auto const low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

}  // namespace

void start_library() {
  if (sodium_init() < 0) throw std::bad_alloc();
}

std::string to_hex(PublicKey const& key) {
  return hex_of(key.bytes);
}

std::optional<PublicKey> public_key_from_hex(std::string_view text) {
  PublicKey key;
  if (!from_hex(text, key.bytes)) return std::nullopt;
  return key;
}

std::string to_hex(Signature const& signature) {
  return hex_of(signature.bytes);
}

std::optional<Signature> signature_from_hex(std::string_view text) {
  Signature signature;
  if (!from_hex(text, signature.bytes)) return std::nullopt;
  return signature;
}

SecretKey SecretKey::generate() {
  start_library();
  std::array<unsigned char, 32> seed{};
  randombytes_buf(seed.data(), seed.size());
  SecretKey key(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

SecretKey::SecretKey(std::array<unsigned char, 32> const& seed) {
  start_library();
  crypto_sign_seed_keypair(public_.bytes.data(), secret_.data(), seed.data());
}

SecretKey::SecretKey(SecretKey&& other) noexcept : secret_(other.secret_), public_(other.public_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

SecretKey::~SecretKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

Signature SecretKey::sign(std::string_view bytes) const {
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, raw(bytes), bytes.size(), secret_.data());
  return signature;
}

bool verifies(PublicKey const& key, std::string_view bytes, Signature const& signature) {
  start_library();
  return crypto_sign_verify_detached(signature.bytes.data(), raw(bytes), bytes.size(), key.bytes.data()) == 0;
}

}  // namespace decapod::governance
