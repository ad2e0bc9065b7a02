#include <decapod/ipc/hello.h>
#include <decapod/ipc/limits.h>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <string>

namespace decapod::ipc {
namespace {

Hello any_hello() {
  auto const number = rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
  auto const big = rc::gen::inRange<std::uint64_t>(0, 1ULL << 62);
  return {.protocol_major = *number,
          .protocol_minor = *number,
          .build = *rc::gen::string<std::string>(),
          .version_rank = *number,
          .schema_supported = *number,
          .schema = *number,
          .store_uuid = std::to_string(*number),
          .generation = *number,
          .state_dev = *big,
          .state_ino = *big,
          .epoch = *big,
          .pid = *number};
}

Result<Hello> read_back(std::string_view bytes) {
  DECAPOD_TRY(auto const size, parse_hello_prefix(bytes.substr(0, kHelloPrefixBytes)));
  auto const body = bytes.substr(kHelloPrefixBytes);
  if (body.size() != size) return fail(ErrorCode::internal, "the prefix names another length");
  return parse_hello_body(body);
}

}  // namespace

TEST_CASE("a greeting is read back as it was made") {
  CHECK(rc::check([] {
    auto hello = any_hello();
    // What a build is called is plain text.
    std::erase_if(hello.build, [](char c) { return c < ' ' || c > '~'; });
    auto const got = read_back(make_hello(hello)).value();
    RC_ASSERT(to_text(codec::encode(got)) == to_text(codec::encode(hello)));
  }));
}

TEST_CASE("the first eight bytes of a greeting are frozen") {
  auto const bytes = make_hello({});
  CHECK(bytes.substr(0, 6) == std::string("DCPD\x01\0", 6));
  auto const size = static_cast<unsigned char>(bytes[6]) + 256U * static_cast<unsigned char>(bytes[7]);
  CHECK(size == bytes.size() - kHelloPrefixBytes);
}

TEST_CASE("whatever answers is either understood or refused by type") {
  CHECK(rc::check([] {
    auto const prefix = *rc::gen::container<std::string>(kHelloPrefixBytes, rc::gen::arbitrary<char>());
    auto const size = parse_hello_prefix(prefix);
    if (size) {
      RC_ASSERT(*size <= kHelloBytesMax);
    } else {
      RC_ASSERT(size.error().code == ErrorCode::foreign_peer || size.error().code == ErrorCode::version_skew);
    }
    auto const body = *rc::gen::arbitrary<std::string>();
    if (auto const hello = parse_hello_body(body); !hello) RC_ASSERT(hello.error().code == ErrorCode::bad_request);
  }));
}

TEST_CASE("a greeting of another program, of another framing, or without end is told apart") {
  CHECK(parse_hello_prefix("SSH-2.0-").error().code == ErrorCode::foreign_peer);
  CHECK(parse_hello_prefix("DCPD").error().code == ErrorCode::foreign_peer);
  CHECK(parse_hello_prefix(std::string("DCPD\x02\0\x10\0", 8)).error().code == ErrorCode::version_skew);
  CHECK(parse_hello_prefix(std::string("DCPD\x01\0\x01\x10", 8)).error().code == ErrorCode::foreign_peer);
  CHECK(parse_hello_prefix(std::string("DCPD\x01\0\x00\x10", 8)).value() == kHelloBytesMax);
}

TEST_CASE("a newer broker may say more in its greeting") {
  auto object = codec::encode(Hello{.build = "9.9.9"}).as_object();
  object["mood"] = "good";
  CHECK(parse_hello_body(to_text(object)).value().build == "9.9.9");
  object.erase("schema");
  CHECK(parse_hello_body(to_text(object)).error().code == ErrorCode::bad_request);
}

}  // namespace decapod::ipc
