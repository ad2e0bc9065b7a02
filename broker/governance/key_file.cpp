// The operator's private key in a file: its seed, in a box that only the passphrase opens.

#include <decapod/base/codec.h>
#include <decapod/base/digest.h>
#include <decapod/governance/keys.h>
#include <sodium.h>

#include <vector>

#include "library.h"

namespace decapod::governance {
namespace {

constexpr std::string_view kFormat = "decapod operator key v1";
constexpr std::uint64_t kPassesMost = 20;
constexpr std::uint64_t kMemoryMost = 2ULL << 30;

// As it lies in the file. Bytes in hex.
struct KeyFile {
  std::string format;
  std::string public_key;
  std::uint64_t passes = 0;
  std::uint64_t memory_bytes = 0;
  std::string salt;
  std::string nonce;
  std::string box;
};
BOOST_DESCRIBE_STRUCT(KeyFile, (), (format, public_key, passes, memory_bytes, salt, nonce, box))

using Secret = std::array<unsigned char, crypto_secretbox_KEYBYTES>;

// Wipes what it holds when it goes.
template <std::size_t N>
struct Wiped {
  std::array<unsigned char, N> bytes{};
  Wiped() = default;
  Wiped(Wiped const&) = delete;
  Wiped& operator=(Wiped const&) = delete;
  ~Wiped() { sodium_memzero(bytes.data(), bytes.size()); }
};

std::string to_hex(std::vector<unsigned char> const& bytes) {
  return hex(std::as_bytes(std::span(bytes)));
}

Result<std::vector<unsigned char>> bytes_of(std::string const& text, std::size_t size) {
  std::vector<unsigned char> bytes(size);
  std::size_t used = 0;
  bool const read = sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &used, nullptr) == 0;
  if (!read || used != size || text.size() != 2 * size) {
    return fail(ErrorCode::input_unreadable, "the key file is damaged");
  }
  return bytes;
}

Result<void> stretch(std::string_view passphrase, std::vector<unsigned char> const& salt, KeyCost const& cost,
                     Wiped<crypto_secretbox_KEYBYTES>& key) {
  start_library();
  auto const done = crypto_pwhash(key.bytes.data(), key.bytes.size(), passphrase.data(), passphrase.size(), salt.data(),
                                  cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (done == 0) return {};
  return fail(ErrorCode::busy, "there is not enough memory to try the passphrase: it takes " +
                                   std::to_string(cost.memory_bytes >> 20U) + " MiB");
}

Result<void> check_passphrase(std::string_view passphrase) {
  if (passphrase.empty()) {
    auto error = fail(ErrorCode::bad_request, "the passphrase is empty");
    error.hint = "it is what is typed at the terminal, or the first line of --passphrase-file or --passphrase-fd";
    return error;
  }
  if (passphrase.size() > kPassphraseBytesMax) {
    auto error = fail(ErrorCode::bad_request, "the passphrase is too long");
    error.hint = "take one of at most " + std::to_string(kPassphraseBytesMax) + " bytes";
    return error;
  }
  return {};
}

Result<KeyFile> parse(std::string_view file) {
  auto const no_key = [] { return fail(ErrorCode::input_unreadable, "this is no operator's key file"); };
  auto const value = file.size() <= kKeyFileBytesMax ? parse_json(file, "the key file") : Result<json::value>(no_key());
  if (!value) return no_key();
  auto parsed = codec::decode<KeyFile>(*value, codec::Unknown::ignore);
  if (!parsed || parsed->format != kFormat) return no_key();
  bool const bounded = parsed->passes >= crypto_pwhash_OPSLIMIT_MIN && parsed->passes <= kPassesMost &&
                       parsed->memory_bytes >= crypto_pwhash_MEMLIMIT_MIN && parsed->memory_bytes <= kMemoryMost;
  if (!bounded) return fail(ErrorCode::input_unreadable, "the key file asks for a cost that no key has");
  return parsed;
}

}  // namespace

Result<std::string> seal_key(SecretKey const& key, std::string_view passphrase, KeyCost const& cost) {
  DECAPOD_CHECK(check_passphrase(passphrase));
  std::vector<unsigned char> salt(crypto_pwhash_SALTBYTES);
  std::vector<unsigned char> nonce(crypto_secretbox_NONCEBYTES);
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(nonce.data(), nonce.size());
  Wiped<crypto_secretbox_KEYBYTES> lock;
  DECAPOD_CHECK(stretch(passphrase, salt, cost, lock));
  Wiped<crypto_sign_SEEDBYTES> seed;
  crypto_sign_ed25519_sk_to_seed(seed.bytes.data(), key.secret_.data());
  std::vector<unsigned char> box(crypto_sign_SEEDBYTES + crypto_secretbox_MACBYTES);
  crypto_secretbox_easy(box.data(), seed.bytes.data(), seed.bytes.size(), nonce.data(), lock.bytes.data());
  KeyFile const file{.format = std::string(kFormat),
                     .public_key = to_hex(key.public_key()),
                     .passes = cost.passes,
                     .memory_bytes = cost.memory_bytes,
                     .salt = to_hex(salt),
                     .nonce = to_hex(nonce),
                     .box = to_hex(box)};
  return to_text(codec::encode(file)) + '\n';
}

Result<PublicKey> public_key_in(std::string_view file) {
  DECAPOD_TRY(auto const parsed, parse(file));
  auto const key = public_key_from_hex(parsed.public_key);
  if (!key) return fail(ErrorCode::input_unreadable, "the key file is damaged");
  return *key;
}

Result<SecretKey> open_key(std::string_view file, std::string_view passphrase) {
  DECAPOD_CHECK(check_passphrase(passphrase));
  DECAPOD_TRY(auto const parsed, parse(file));
  DECAPOD_TRY(auto const salt, bytes_of(parsed.salt, crypto_pwhash_SALTBYTES));
  DECAPOD_TRY(auto const nonce, bytes_of(parsed.nonce, crypto_secretbox_NONCEBYTES));
  DECAPOD_TRY(auto const box, bytes_of(parsed.box, crypto_sign_SEEDBYTES + crypto_secretbox_MACBYTES));
  Wiped<crypto_secretbox_KEYBYTES> lock;
  DECAPOD_CHECK(stretch(passphrase, salt, {.passes = parsed.passes, .memory_bytes = parsed.memory_bytes}, lock));
  Wiped<crypto_sign_SEEDBYTES> seed;
  auto const wrong = [] { return fail(ErrorCode::passphrase_wrong, "the passphrase does not open the key file"); };
  if (crypto_secretbox_open_easy(seed.bytes.data(), box.data(), box.size(), nonce.data(), lock.bytes.data()) != 0) {
    return wrong();
  }
  SecretKey key(seed.bytes);
  // The public part is not inside the box.
  if (to_hex(key.public_key()) != parsed.public_key) return wrong();
  return key;
}

}  // namespace decapod::governance
