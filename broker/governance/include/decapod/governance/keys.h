#pragma once
// Ed25519 keys, and how the operator's private one is kept in a file: encrypted with a passphrase, never in the store.

#include <decapod/base/result.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace decapod::governance {

struct PublicKey {
  std::array<unsigned char, 32> bytes{};
  friend bool operator==(PublicKey const&, PublicKey const&) = default;
};
std::string to_hex(PublicKey const& key);
std::optional<PublicKey> public_key_from_hex(std::string_view text);

struct Signature {
  std::array<unsigned char, 64> bytes{};
  friend bool operator==(Signature const&, Signature const&) = default;
};
std::string to_hex(Signature const& signature);
std::optional<Signature> signature_from_hex(std::string_view text);

// What guessing a passphrase costs: Argon2id's passes and bytes of memory, kept in the key's file.
struct KeyCost {
  std::uint64_t passes = 3;
  std::uint64_t memory_bytes = 256ULL << 20;
};
inline constexpr KeyCost kUsualCost{};
// For keys that protect nothing, as in tests.
inline constexpr KeyCost kLeastCost{.passes = 1, .memory_bytes = 8192};

// A private key. Wiped from memory when it goes; cannot be copied or printed.
class SecretKey {
 public:
  static SecretKey generate();
  explicit SecretKey(std::array<unsigned char, 32> const& seed);
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&&) = delete;
  SecretKey(SecretKey const&) = delete;
  ~SecretKey();

  PublicKey const& public_key() const { return public_; }
  Signature sign(std::string_view bytes) const;

 private:
  friend Result<std::string> seal_key(SecretKey const& key, std::string_view passphrase, KeyCost const& cost);
  std::array<unsigned char, 64> secret_{};  // seed and public key, as libsodium keeps them
  PublicKey public_;
};

bool verifies(PublicKey const& key, std::string_view bytes, Signature const& signature);

inline constexpr std::size_t kPassphraseBytesMax = 1024;
inline constexpr std::size_t kKeyFileBytesMax = 4096;

// The content of a key file: one JSON object, the private key in it encrypted (Argon2id, XSalsa20-Poly1305).
// bad_request: an empty or overlong passphrase. busy: there is not enough memory for the cost.
Result<std::string> seal_key(SecretKey const& key, std::string_view passphrase, KeyCost const& cost);
// The public key can be read without the passphrase. input_unreadable: it is no key file.
Result<PublicKey> public_key_in(std::string_view file);
// passphrase_wrong (or the file was altered); input_unreadable; busy as above.
Result<SecretKey> open_key(std::string_view file, std::string_view passphrase);

}  // namespace decapod::governance
