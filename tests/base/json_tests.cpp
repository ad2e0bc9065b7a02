#include <decapod/base/json.h>

#include <catch2/catch.hpp>

using namespace decapod;

namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("a document that is cut, followed by more, or no JSON at all is refused, and named") {
  for (std::string const text : {"", "{", "{\"a\":1", "{} {}", "{}x", "nul", "{\"a\":\"\xff\"}", "{'a':1}", "[1,]"}) {
    INFO(text);
    auto const value = parse_json(text, "the request");
    REQUIRE(value.has_error());
    CHECK(value.error().code == ErrorCode::bad_request);
    CHECK_THAT(value.error().message, Catch::StartsWith("the request"));
  }
}

TEST_CASE("a document that is nested to the limit is read, and one level more is refused") {
  CHECK(parse_json(nested(kJsonDepthMax), "it").has_value());
  CHECK(parse_json(nested(kJsonDepthMax + 1), "it").has_error());
  CHECK(parse_json(nested(100'000), "it").has_error());
}

TEST_CASE("members keep the order they came in") {
  auto const value = parse_json(R"({"b":1,"a":{"z":[],"y":null}})", "it");
  REQUIRE(value.has_value());
  CHECK(to_text(*value) == R"({"b":1,"a":{"z":[],"y":null}})");
}
