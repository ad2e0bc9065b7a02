// What `decapod schema` prints of a request is what the broker accepts, for every verb of the program.

#include "support/schema_agreement.h"

#include <catch2/catch.hpp>

#include <random>

#include "request_arguments.h"

using namespace decapod;
using namespace decapod::test;

TEST_CASE("the schema of every request type and its decoder accept and refuse the same documents") {
  auto const seed = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  INFO("--rng-seed " << seed);
  SchemaDocuments documents(seed);
  int accepted = 0;
  int refused = 0;
  for (auto const* type : all_request_types()) {
    INFO(operation_name(*type->verb));
    auto const found = judge(type->request_schema(), documents, 300, [&](json::value const& document) -> std::string {
      if (!document.is_object()) return "not an object";
      auto const outcome = type->canonical(document.get_object());
      return outcome ? "" : outcome.error().message;
    });
    INFO(found.disagreement);
    CHECK(found.disagreement.empty());
    accepted += found.accepted;
    refused += found.refused;
  }
  CHECK(accepted > 1000);
  CHECK(refused > 1000);
}
