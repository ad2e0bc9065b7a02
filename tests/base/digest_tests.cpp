#include <decapod/base/digest.h>
#include <sodium.h>

#include <catch2/catch.hpp>

#include <random>

namespace decapod {
namespace {

Sha256 by_libsodium(std::string_view text) {
  Sha256 digest;
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.bytes.data()),
                     reinterpret_cast<unsigned char const*>(text.data()), text.size());
  return digest;
}

TEST_CASE("SHA-256 is the same in the processor's instructions and in portable code, at every length and cut") {
  std::mt19937 random(Catch::rngSeed());
  std::string text;
  for (std::size_t size = 0; size < 400; ++size, text += static_cast<char>(random())) {
    auto const expected = by_libsodium(text);
    REQUIRE(sha256(text) == expected);
    auto const first = size == 0 ? 0 : random() % size;
    auto const second = first + (size == first ? 0 : random() % (size - first));
    auto const whole = std::string_view(text);
    REQUIRE(Sha256Hasher()
                .add(whole.substr(0, first))
                .add(whole.substr(first, second - first))
                .add(whole.substr(second))
                .finish() == expected);
  }
}

TEST_CASE("a digest is read back from its digits, and from nothing else") {
  auto const digest = sha256("anything");
  auto const digits = hex(digest);
  CHECK(sha256_from_hex(digits) == digest);
  CHECK_FALSE(sha256_from_hex(digits.substr(1)));
  CHECK_FALSE(sha256_from_hex(digits + '0'));
  for (char const wrong : std::string("/:`gAF \xff\0", 9)) {
    for (std::size_t at : {0U, 1U, 31U, 62U, 63U}) {
      auto changed = digits;
      changed[at] = wrong;
      CAPTURE(changed);
      CHECK_FALSE(sha256_from_hex(changed));
    }
  }
}

TEST_CASE("SHA-256 of a megabyte counts its bits beyond the first block") {
  std::string const text(1 << 20, 'x');
  CHECK(sha256(text) == by_libsodium(text));
}

}  // namespace
}  // namespace decapod
