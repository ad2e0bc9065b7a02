#include <decapod/validate_config/source_rules.h>

#include <catch2/catch.hpp>

using namespace decapod;
using validate::parse_source_rules;
using validate::ScanMode;

TEST_CASE("a file without a validate part leaves every default") {
  auto const rules = parse_source_rules("[store]\nallow_unreliable_locks = true\n");
  REQUIRE(rules.has_value());
  CHECK(rules->mode == ScanMode::own_store);
  CHECK(rules->broker.empty());
  CHECK(rules->exceptions.empty());
}

TEST_CASE("mode, folders and exceptions are read") {
  auto rules = parse_source_rules(R"(
[validate.source]
mode = "strict"
broker = ["broker/storage/"]
exclude = ["third_party"]
[[validate.source.exception]]
path = "tests/storage"
reason = "they test it"
)");
  REQUIRE(rules.has_value());
  CHECK(rules->mode == ScanMode::strict);
  CHECK(rules->broker == std::vector<std::string>{"broker/storage"});
  CHECK(rules->exclude == std::vector<std::string>{"third_party"});
  REQUIRE(rules->exceptions.size() == 1);
  CHECK(rules->exceptions[0].reason == "they test it");
  CHECK(exception_for("tests/storage/a/b.cpp", *rules) == &rules->exceptions[0]);
  CHECK(exception_for("tests/storage2/b.cpp", *rules) == nullptr);
}

TEST_CASE("a path covers itself and what lies in it, not its namesakes") {
  std::vector<std::string> const folders = {"broker/storage"};
  CHECK(validate::lies_in("broker/storage", folders));
  CHECK(validate::lies_in("broker/storage/open.cpp", folders));
  CHECK_FALSE(validate::lies_in("broker/storage.cpp", folders));
  CHECK_FALSE(validate::lies_in("x/broker/storage/open.cpp", folders));
}

TEST_CASE("what cannot be meant is refused with its line") {
  auto const [text, part] = GENERATE(table<std::string, std::string>({
      {"[validate.source]\nmode = \"loose\"", "line 2"},
      {"[validate.source]\n\nmood = \"strict\"", "line 3"},
      {"[validate.sauce]\n", "sauce"},
      {"[validate.source]\nbroker = \"x\"", "list of paths"},
      {"[validate.source]\nbroker = [\"/etc\"]", "inside the repository"},
      {"[validate.source]\nexclude = [\"a/../..\"]", "inside the repository"},
      {"[validate.source]\nexclude = [\"**/*.c\"]", "no patterns"},
      {"[[validate.source.exception]]\npath = \"x\"", "'reason'"},
      {"[[validate.source.exception]]\npath = \"x\"\nreason = \"\"", "not empty"},
      {"[validate.source\n", "line 1"},
      {"validate = 3", "must be a table"},
  }));
  auto const rules = parse_source_rules(text);
  INFO(text);
  REQUIRE(rules.has_error());
  CHECK(rules.error().code == ErrorCode::bad_request);
  CHECK_THAT(rules.error().message, Catch::Contains(part));
}

TEST_CASE("a misspelt key names the one that was meant") {
  auto const rules = parse_source_rules("[validate.source]\nexlude = []\n");
  REQUIRE(rules.has_error());
  CHECK(rules.error().suggestions == std::vector<std::string>{"exclude"});
}
