// What `validate` finds when somebody has been at the tables.

#include "policy_fixture.h"

#include <algorithm>

using namespace decapod;
using namespace decapod::policy::testing;

namespace {

using Codes = std::vector<std::string>;

bool has(Codes const& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

// One approval for two uses, of which one was used.
void use_one(Bench& bench) {
  REQUIRE(code_of(bench.pin()).empty());
  auto const id = bench.add_task();
  REQUIRE(code_of(bench.write("todo.claim", {{"id", id}})).empty());
  REQUIRE(code_of(bench.write("todo.done", {{"id", id}})).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  auto approval = bench.approval_for("todo.archive", {{"id", id}});
  approval.uses = 2;
  REQUIRE(code_of(bench.approve(approval)).empty());
  REQUIRE(code_of(bench.write("todo.archive", {{"id", id}})).empty());
  REQUIRE(bench.gate_codes("policy.contract").empty());
  REQUIRE(bench.gate_codes("policy.approvals").empty());
}

}  // namespace

TEST_CASE("a store without a policy passes, and so does one with a history") {
  Bench bench;
  CHECK(bench.gate_codes("policy.contract").empty());
  CHECK(bench.gate_codes("policy.approvals").empty());
  use_one(bench);
  REQUIRE(code_of(bench.activate("", 2)).empty());
  CHECK(bench.gate_codes("policy.contract").empty());
}

TEST_CASE("a key or a policy that was changed, added or removed is found") {
  Bench bench;
  use_one(bench);
  REQUIRE(code_of(bench.activate("", 2)).empty());
  SECTION("another key") {
    bench.tamper("UPDATE policy_key SET key = '" + to_hex(key_number(9).public_key()) + "'");
    CHECK(has(bench.gate_codes("policy.contract"), "POLICY_KEY_CHAIN_BROKEN"));
    CHECK(has(bench.gate_codes("policy.approvals"), "POLICY_KEY_CHAIN_BROKEN"));
  }
  SECTION("a document") {
    bench.tamper("UPDATE policy_activation SET document = replace(document, 'shelf', 'other') WHERE sequence = 1");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_NOT_AS_SIGNED"});
  }
  SECTION("the hash beside it") {
    bench.tamper("UPDATE policy_activation SET hash = zeroblob(32) WHERE sequence = 1");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_NOT_AS_SIGNED"});
  }
  SECTION("the first activation is gone") {
    bench.tamper("DELETE FROM policy_activation WHERE sequence = 1");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_HISTORY_GAP"});
  }
}

TEST_CASE("an approval that was changed, overused or used out of its time is found") {
  Bench bench;
  use_one(bench);
  SECTION("a use is gone, so that there is one more") {
    bench.tamper("DELETE FROM policy_use");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"APPROVAL_USES_DISAGREE"});
  }
  SECTION("more uses than were granted") {
    for (auto const* number : {"2", "3"}) {
      bench.tamper(std::string("INSERT INTO policy_use SELECT approval, ") + number +
                   ", at, actor, request_id FROM policy_use WHERE number = 1");
    }
    auto const codes = bench.gate_codes("policy.approvals");
    CHECK(has(codes, "APPROVAL_OVERUSED"));
    CHECK(has(codes, "APPROVAL_USES_DISAGREE"));
  }
  SECTION("a use with another number") {
    bench.tamper("UPDATE policy_use SET number = 2");
    CHECK(has(bench.gate_codes("policy.approvals"), "APPROVAL_USE_MISSING"));
  }
  SECTION("a use after the end") {
    bench.tamper("UPDATE policy_use SET at = at + 7200000");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"APPROVAL_USED_AFTER_EXPIRY"});
  }
  SECTION("a statement") {
    bench.tamper("UPDATE policy_approval SET statement = replace(statement, 'alice', 'mallo')");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"APPROVAL_NOT_AS_SIGNED"});
  }
  SECTION("the key that it names") {
    bench.tamper("INSERT INTO policy_revocation VALUES ('ap-0', 1, '{}', '', 0)");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"REVOCATION_NOT_AS_SIGNED"});
  }
  SECTION("a token that nobody signed") {
    bench.tamper("INSERT INTO policy_token (id, key, statement, signature, at) VALUES ('tr-0', 1, '{}', '', 0)");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"TOKEN_NOT_AS_SIGNED"});
  }
}

TEST_CASE("the proposal in the tree is a notice when it differs, and a failure when it is unsound") {
  Bench bench;
  auto const file = bench.paths().directory.substr(0, bench.paths().directory.rfind('/')) + "/policy.toml";
  CHECK(bench.gate_codes("policy.proposal").empty());
  test::write_file(file, "format = 1\ndefault_risk = \"medium\"\n");
  CHECK(bench.gate_codes("policy.proposal").empty());
  test::write_file(file, "format = 1\nnonsense = 1\n");
  CHECK(bench.gate_codes("policy.proposal") == Codes{"POLICY_PROPOSAL_UNSOUND"});
}
