#include <decapod/base/json.h>
#include <decapod/governance/keys.h>

#include <catch2/catch.hpp>

#include "told.h"

using namespace decapod;
using namespace decapod::governance;

namespace {

std::string sealed(SecretKey const& key, std::string_view passphrase) {
  auto file = seal_key(key, passphrase, kLeastCost);
  REQUIRE(file);
  return *file;
}

std::array<unsigned char, 32> seed_of(int n) {
  std::array<unsigned char, 32> seed{};
  seed.fill(static_cast<unsigned char>(n));
  return seed;
}

}  // namespace

TEST_CASE("a key file gives its key back for the passphrase, and for no other") {
  auto const key = SecretKey::generate();
  auto const file = sealed(key, "open sesame");
  auto const opened = open_key(file, "open sesame");
  REQUIRE(opened);
  CHECK(opened->public_key() == key.public_key());
  CHECK(opened->sign("x") == key.sign("x"));
  auto const wrong = open_key(file, "open sesame ");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::passphrase_wrong);
  CHECK(wrong.error().message.find("sesame") == std::string::npos);
  CHECK_FALSE(open_key(file, ""));
  auto const shown = public_key_in(file);
  REQUIRE(shown);
  CHECK(*shown == key.public_key());
}

TEST_CASE("a key file of which any part was changed opens no key") {
  auto const file = sealed(SecretKey(seed_of(7)), "p");
  auto const whole = parse_json(file, "file")->as_object();
  for (auto const& member : whole) {
    INFO(member.key());
    auto changed = whole;
    auto& value = changed[member.key()];
    if (value.is_string()) {
      auto text = std::string(value.get_string());
      text[0] = text[0] == '0' ? '1' : '0';
      value = text;
    } else {
      value = value.to_number<std::int64_t>() * 2;
    }
    CHECK_FALSE(open_key(to_text(changed), "p"));
  }
  CHECK_FALSE(open_key(file.substr(0, file.size() / 2), "p"));
  CHECK_FALSE(open_key("", "p"));
}

TEST_CASE("a key file does not hold its seed in the clear") {
  auto const file = sealed(SecretKey(seed_of(0xAB)), "p");
  std::string seed;
  for (int i = 0; i < 8; ++i) seed += "ab";
  CHECK(file.find(seed) == std::string::npos);
}

TEST_CASE("a key file that asks for an absurd cost is refused before it is tried") {
  auto object = parse_json(sealed(SecretKey(seed_of(1)), "p"), "file")->as_object();
  object["memory_bytes"] = std::int64_t{1} << 40;
  auto const refused = open_key(to_text(object), "p");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::input_unreadable);
}

TEST_CASE("a seed makes the key that RFC 8032 says it makes") {
  // The second of its test vectors: a message of one byte.
  std::array<unsigned char, 32> const seed = {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3,
                                              0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
                                              0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
  SecretKey const key(seed);
  CHECK(to_hex(key.public_key()) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(
      to_hex(key.sign("\x72")) ==
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
      "b00d291612bb0c00");
}
