#include "everything.h"

#include "support/schema_agreement.h"

#include <catch2/catch.hpp>

#include <random>

using namespace decapod;
using decapod::test::Everything;

TEST_CASE("a schema and the decoder accept and refuse the same documents") {
  auto const seed = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  INFO("--rng-seed " << seed);
  test::SchemaDocuments documents(seed);
  auto const found = test::judge(request_type<Everything>.request_schema(), documents, 5000, [](auto const& document) {
    auto const outcome = codec::decode<Everything>(document, codec::Unknown::refuse);
    return outcome ? std::string() : outcome.error().message;
  });
  INFO(found.disagreement);
  CHECK(found.disagreement.empty());
  CHECK(found.accepted > 500);
  CHECK(found.refused > 500);
}
