#include <decapod/governance/canonical_json.h>
#include <decapod/governance/proposal.h>

#include <catch2/catch.hpp>

#include "told.h"

using namespace decapod;
using namespace decapod::governance;

TEST_CASE("a policy that was written canonically is read back as itself") {
  auto const document = parse_proposal(proposal_template());
  REQUIRE(document);
  auto const text = canonical(*document);
  auto const again = parse_canonical(text);
  REQUIRE(again);
  CHECK(canonical(*again) == text);
  CHECK(hash_of(*again) == hash_of(*document));
}

TEST_CASE("the built-in policy is sound, and what decapod does without one is of its lowest risk") {
  CHECK(check(built_in()));
  CHECK(parse_canonical(canonical(built_in())));
}

TEST_CASE("a stored policy in another spelling than the canonical one is refused") {
  auto const text = canonical(built_in());
  CHECK_FALSE(parse_canonical(text + " "));
  CHECK_FALSE(parse_canonical(" " + text));
  CHECK_FALSE(parse_canonical("{}"));
  CHECK_FALSE(parse_canonical("{\"zzz\":1," + text.substr(1)));
  auto unknown = text;
  unknown.insert(unknown.size() - 1, R"(,"zzz":1)");
  auto const refused = parse_canonical(unknown);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::policy_invalid);
}

TEST_CASE("equal values have the same canonical bytes in whatever order they were made") {
  auto const one = parse_json(R"({"b":{"y":1,"x":[{"d":1,"c":2}]},"a":"é\u0001"})", "one")->as_object();
  auto const other = parse_json(R"({"a":"é\u0001","b":{"x":[{"c":2,"d":1}],"y":1}})", "other")->as_object();
  CHECK(canonical_json(one) == canonical_json(other));
  CHECK(parse_canonical_json(canonical_json(one), "it"));
  CHECK_FALSE(parse_canonical_json(R"({"b":1,"a":2})", "it"));
  CHECK_FALSE(parse_canonical_json(R"({"a":1,"a":1})", "it"));
}
