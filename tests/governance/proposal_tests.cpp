#include <decapod/governance/proposal.h>

#include <catch2/catch.hpp>

#include "told.h"

using namespace decapod;
using namespace decapod::governance;

namespace {

constexpr std::string_view kBegin = "format = 1\n";

std::string text_of(Error const& error, std::string_view name) {
  auto const* detail = error.details.if_contains(name);
  return detail != nullptr && detail->is_string() ? std::string(detail->get_string()) : "";
}

std::int64_t line_of(Error const& error) {
  auto const* detail = error.details.if_contains("line");
  return detail != nullptr ? detail->to_number<std::int64_t>() : 0;
}

std::string with_tiers(std::string text) {
  for (auto const* risk : {"low", "medium", "high", "critical"}) {
    text += std::string("[tiers.") + risk + "]\ntrust = \"basic\"\napproval = \"never\"\nproof = \"asserted\"\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the template is sound, and signed it would let agents work and keep them from what is risky") {
  auto const document = parse_proposal(proposal_template());
  INFO((document ? "" : document.error().message));
  REQUIRE(document);
  CHECK(document->tiers.low.approval == ApprovalNeed::never);
  CHECK(document->tiers.high.approval == ApprovalNeed::required);
  CHECK(document->zones.size() >= 5);
  CHECK(document->scopes.contains("docs"));
}

TEST_CASE("a proposal is one policy however it is written") {
  auto const plain = parse_proposal(with_tiers("format = 1\n[scopes]\na = [\"x\"]\nb = [\"y\"]\n"));
  auto const other =
      parse_proposal(with_tiers("# words\n\nformat=1\napproval_max = \"168h\"\n[scopes]\nb=[ 'y' ]\na=[ 'x' ]\n"));
  REQUIRE(plain);
  REQUIRE(other);
  CHECK(canonical(*plain) == canonical(*other));
  CHECK(hash_of(*plain) == hash_of(*other));
  auto const third = parse_proposal(with_tiers("format = 1\n[scopes]\na = [\"x\"]\nb = [\"z\"]\n"));
  REQUIRE(third);
  CHECK(hash_of(*third) != hash_of(*plain));
}

TEST_CASE("what is wrong with a proposal is named by its line and its key") {
  struct Row {
    std::string rest;
    std::string key;
    std::int64_t line;
  };
  Row const rows[] = {
      {"defualt_risk = \"low\"\n", "defualt_risk", 2},
      {"default_risk = \"tiny\"\n", "default_risk", 2},
      {"default_trust = \"core\"\n", "default_trust", 2},
      {"approval_max = 7\n", "approval_max", 2},
      {"approval_max = \"400d\"\n", "approval_max", 2},
      {"[tiers.low]\ncapsule_limit = \"many\"\n", "tiers.low.capsule_limit", 3},
      {"[tiers.low]\ncapsule_write = 1\n", "tiers.low.capsule_write", 3},
      {"[tiers.low]\ncapsule_scopes = [\"docs\"]\n", "tiers.low.capsule_scopes[0]", 3},
      {"[tiers.low]\napproval = \"required\"\n", "tiers.medium.approval", 2},
      {"[tiers.enormous]\n", "tiers.enormous", 2},
      {"[[zones]]\nname = \"a\"\n", "zones[0]", 2},
      {"[[zones]]\nname = \"a\"\npaths = [\"x\"]\n[[zones]]\nname = \"a\"\npaths = [\"x\"]\n", "zones[1].name", 6},
      {"[[zones]]\nname = \"a\"\npaths = [\"/etc\"]\n", "zones[0].paths[0]", 4},
      {"[[zones]]\nname = \"a\"\npaths = [\"../x\"]\n", "zones[0].paths[0]", 4},
      {"[[zones]]\nname = \"a\"\npaths = [\"./x\"]\n", "zones[0].paths[0]", 4},
      {"[[zones]]\nname = \"a\"\noperations = [\"Todo add\"]\n", "zones[0].operations[0]", 4},
      {"[[zones]]\nname = \"a\"\npaths = \"x\"\n", "zones[0].paths", 4},
      {"[[zones]]\nname = \"a\"\nrisk = 3\n", "zones[0].risk", 4},
      {"[[attestors]]\nname = \"ci\"\nkey = \"abc\"\n", "attestors[0].key", 4},
      {"[scopes]\ndocs = [\"docs/../..\"]\n", "scopes.docs[0]", 3},
  };
  for (auto const& [rest, key, line] : rows) {
    INFO(rest);
    auto const parsed = parse_proposal(std::string(kBegin) + rest);
    REQUIRE_FALSE(parsed);
    INFO(parsed.error().message);
    CHECK(parsed.error().code == ErrorCode::policy_invalid);
    CHECK(text_of(parsed.error(), "key") == key);
    CHECK(line_of(parsed.error()) == line);
    CHECK(parsed.error().message.starts_with("line " + std::to_string(line) + ": "));
  }
}

TEST_CASE("what decides is written down: no tier and no zone leaves it to a default") {
  CHECK(parse_proposal(with_tiers("format = 1\n")));
  auto const key_missing = [](std::string const& toml) {
    auto const parsed = parse_proposal(toml);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::policy_invalid);
    return text_of(parsed.error(), "key");
  };
  CHECK(key_missing("format = 1\n") == "tiers.low.trust");
  auto const whole = with_tiers("format = 1\n");
  for (auto const* risk : {"low", "medium", "high", "critical"}) {
    for (auto const* asks : {"trust", "approval", "proof"}) {
      auto const tier = whole.find(std::string("[tiers.") + risk);
      auto const begin = whole.find(asks, tier);
      auto text = whole;
      text.erase(begin, text.find('\n', begin) + 1 - begin);
      CHECK(key_missing(text) == std::string("tiers.") + risk + '.' + asks);
    }
  }
  CHECK(key_missing(with_tiers("format = 1\n[[zones]]\nname = \"a\"\npaths = [\"x\"]\n")) == "zones[0].risk");
}

TEST_CASE("a proposal of another format, or none at all, is refused") {
  CHECK_FALSE(parse_proposal(""));
  CHECK_FALSE(parse_proposal("format = 2\n"));
  auto const broken = parse_proposal("format = 1\n[[zones]\n");
  REQUIRE_FALSE(broken);
  CHECK(line_of(broken.error()) == 2);
}

TEST_CASE("a misspelt word is answered with the one that was meant") {
  auto const parsed = parse_proposal("format = 1\ndefault_risk = \"hihg\"\n");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().suggestions == std::vector<std::string>{"high"});
}
