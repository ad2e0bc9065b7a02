#include <decapod/audit/checkpoint.h>

#include <catch2/catch.hpp>

#include "sample_chain.h"

namespace decapod::audit {
namespace {

// Computed from FORMAT.md with another program's SHA-256.
constexpr std::string_view kGenesis = "f3b24adc3c7556829a91518b00fe318b1c9e6f997c53565d814530011328fb2e";
constexpr std::string_view kReadsGenesis = "376ae0abc1eecccd7f09063449dfbb262e38f8561fbb51f1af9edf7c88d354df";
constexpr std::string_view kFirstLink = "3352f5596dee388540aa2aeb3bd5099157dd3faef2e84e9c365ec3feb790dbfb";

TEST_CASE("genesis and link are what the format says, byte for byte") {
  auto const start = genesis(Chain::mutations, "store-1");
  CHECK(start.size == 0);
  CHECK(hex(start.head) == kGenesis);
  CHECK(hex(genesis(Chain::reads, "store-1").head) == kReadsGenesis);
  CHECK(hex(link(Chain::mutations, 1, start.head, R"({"a":1})")) == kFirstLink);
  auto const next = extend(Chain::mutations, start, R"({"a":1})");
  CHECK(next.size == 1);
  CHECK(hex(next.head) == kFirstLink);
}

TEST_CASE("a verifier can begin at any known head") {
  auto const records = sample_chain(6);
  Verifier verifier(Chain::mutations, {.size = 3, .head = records[2].hash});
  for (std::size_t i = 3; i < 6; ++i) CHECK_FALSE(verifier.feed(records[i].sequence, records[i].body, records[i].hash));
  CHECK(verifier.head() == Head{.size = 6, .head = records[5].hash});
}

// Hidden: run it from a release build with "[speed]". It prints what it measured.
TEST_CASE("verification speed", "[.][speed]") {
  constexpr std::uint64_t kRecords = 300'000;
  auto const records = sample_chain(kRecords);
  auto const begin = std::chrono::steady_clock::now();
  REQUIRE_FALSE(verify(records));
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - begin;
  auto const speed = kRecords / took.count();
  WARN("verified " << static_cast<long>(speed) << " records/s of " << records[0].body.size() << " bytes");
  CHECK(speed > 300'000);
}

}  // namespace
}  // namespace decapod::audit
