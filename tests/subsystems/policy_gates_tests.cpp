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
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_HISTORY_GAP", "POLICY_ROW_GONE"});
  }
  SECTION("the last activation is gone") {
    bench.tamper("DELETE FROM policy_activation WHERE sequence = 2");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_ROW_GONE"});
  }
  SECTION("a time that nothing signed holds") {
    bench.tamper("UPDATE policy_activation SET at = at - 1 WHERE sequence = 2");
    bench.tamper("UPDATE policy_key SET at = at + 1");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_COLUMN_WRONG", "POLICY_COLUMN_WRONG"});
  }
}

TEST_CASE("what the trail names and is gone is found, and lets nobody in meanwhile") {
  Bench bench;
  use_one(bench);
  auto const write = [&] { return code_of(bench.write("todo.add", {{"title", "one more"}})); };
  REQUIRE(write().empty());
  SECTION("the policy, with an older one behind it") {
    REQUIRE(code_of(bench.activate("", 2)).empty());
    REQUIRE(write().empty());
    bench.tamper("DELETE FROM policy_activation WHERE sequence = 2");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_ROW_GONE"});
    CHECK(write() == "POLICY_INVALID");
  }
  SECTION("every policy") {
    bench.tamper("DELETE FROM policy_activation");
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_ROW_GONE"});
    CHECK(write() == "POLICY_INVALID");
  }
  SECTION("everything") {
    for (auto const* table :
         {"policy_use", "policy_approval", "policy_revocation", "policy_token", "policy_activation", "policy_key"}) {
      bench.tamper(std::string("DELETE FROM ") + table);
    }
    CHECK(bench.gate_codes("policy.contract") == Codes{"POLICY_ROW_GONE", "POLICY_KEY_CHAIN_BROKEN"});
    CHECK(write() == "POLICY_INVALID");
    CHECK(code_of(bench.pin(9)) == "POLICY_INVALID");
  }
  SECTION("an approval with its use") {
    bench.tamper("DELETE FROM policy_use");
    bench.tamper("DELETE FROM policy_approval");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"POLICY_ROW_GONE", "POLICY_ROW_GONE"});
  }
  // Under SQLite's own hand, without opening anything again.
  bench.open_again();
  CHECK(bench.gate_codes("policy.contract").size() + bench.gate_codes("policy.approvals").size() > 0);
}

TEST_CASE("the key before does not come back when the newest one is removed") {
  Bench bench;
  use_one(bench);
  governance::KeyChange const change{.number = 2, .key = to_hex(key_number(2).public_key())};
  auto const statement = bench.say(1, governance::StatementKind::key_replacement, codec::encode(change).as_object());
  REQUIRE(code_of(bench.write("policy.operator-replace", {{"new_key", "k"}, {"statement", codec::encode(statement)}},
                              std::string(kOperator)))
              .empty());
  REQUIRE(bench.gate_codes("policy.contract").empty());
  bench.tamper("DELETE FROM policy_key WHERE number = 2");
  auto const codes = bench.gate_codes("policy.contract");
  CHECK(has(codes, "POLICY_ROW_GONE"));
  CHECK(has(codes, "POLICY_KEY_CHAIN_BROKEN"));
  CHECK(code_of(bench.activate("", 2, 1)) == "POLICY_INVALID");
  CHECK(code_of(bench.approve(bench.approval_for("todo.archive", {{"id", "t-none"}}), 1)) == "POLICY_INVALID");
}

TEST_CASE("an end or a use that is removed from its table still counts") {
  Bench bench;
  use_one(bench);
  auto const id = bench.add_task();
  REQUIRE(code_of(bench.write("todo.claim", {{"id", id}})).empty());
  REQUIRE(code_of(bench.write("todo.done", {{"id", id}})).empty());
  auto const approved = bench.approve(bench.approval_for("todo.archive", {{"id", id}}));
  REQUIRE(code_of(approved).empty());
  SECTION("an end") {
    auto const approval = id_in(approved);
    auto const statement = bench.say(1, governance::StatementKind::revocation, {{"id", approval}});
    REQUIRE(code_of(bench.write("policy.revoke", {{"id", approval}, {"statement", codec::encode(statement)}},
                                std::string(kOperator)))
                .empty());
    REQUIRE(code_of(bench.write("todo.archive", {{"id", id}})) == "APPROVAL_REQUIRED");
    bench.tamper("DELETE FROM policy_revocation");
  }
  SECTION("a use") {
    REQUIRE(code_of(bench.write("todo.archive", {{"id", id}})).empty());
    REQUIRE(code_of(bench.write("todo.archive", {{"id", id}})) == "APPROVAL_REQUIRED");
    bench.tamper("DELETE FROM policy_use WHERE approval = '" + id_in(approved) + "'");
  }
  CHECK(code_of(bench.write("todo.archive", {{"id", id}})) == "APPROVAL_REQUIRED");
  CHECK(bench.gate_codes("policy.approvals").size() == 1);
}

TEST_CASE("a token that is gone is found") {
  Bench bench;
  use_one(bench);
  governance::TrustGrant const grant{.actor = "alice",
                                     .session = "s1",
                                     .trust = governance::Trust::verified,
                                     .secret = hex(sha256("x")),
                                     .expires = bench.clock().now().wall + Millis(1000)};
  auto const statement = bench.say(1, governance::StatementKind::trust, codec::encode(grant).as_object());
  auto const granted = bench.write("policy.trust",
                                   {{"actor_name", "alice"},
                                    {"for_session", "s1"},
                                    {"level", "verified"},
                                    {"token_file", "f"},
                                    {"statement", codec::encode(statement)}},
                                   std::string(kOperator));
  INFO((granted.error ? granted.error->message : ""));
  REQUIRE(code_of(granted).empty());
  REQUIRE(bench.gate_codes("policy.approvals").empty());
  SECTION("all of it") {
    bench.tamper("DELETE FROM policy_token");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"POLICY_ROW_GONE"});
  }
  SECTION("its time") {
    bench.tamper("UPDATE policy_token SET at = 0");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"POLICY_COLUMN_WRONG"});
  }
}

TEST_CASE("a column beside a statement is held against the statement or the trail") {
  Bench bench;
  use_one(bench);
  SECTION("an operation") {
    bench.tamper("UPDATE policy_approval SET operation = 'todo.done'");
  }
  SECTION("a digest") {
    bench.tamper("UPDATE policy_approval SET digest = 'no'");
  }
  SECTION("the time of an approval") {
    bench.tamper("UPDATE policy_approval SET at = 0");
  }
  SECTION("who used it") {
    bench.tamper("UPDATE policy_use SET actor = 'bob'");
  }
  SECTION("for which request") {
    bench.tamper("UPDATE policy_use SET request_id = 'r'");
  }
  SECTION("when") {
    bench.tamper("UPDATE policy_use SET at = at + 1");
  }
  SECTION("which came first") {
    REQUIRE(code_of(bench.approve(bench.approval_for("todo.archive", {{"id", "t-none"}}))).empty());
    REQUIRE(bench.gate_codes("policy.approvals").empty());
    bench.tamper("UPDATE policy_approval SET number = 3 WHERE number = 1");
  }
  CHECK(bench.gate_codes("policy.approvals") == Codes{"POLICY_COLUMN_WRONG"});
}

TEST_CASE("another key in the tree than the pinned one is found, and none is a notice") {
  Bench bench;
  auto const file = bench.paths().directory.substr(0, bench.paths().directory.rfind('/')) + "/operator.pub";
  CHECK(bench.gate_codes("policy.operator").empty());
  REQUIRE(code_of(bench.pin()).empty());
  CHECK(bench.gate_codes("policy.operator").empty());
  test::write_file(file, to_hex(key_number(1).public_key()) + "\n");
  CHECK(bench.gate_codes("policy.operator").empty());
  test::write_file(file, to_hex(key_number(9).public_key()) + "\n");
  CHECK(bench.gate_codes("policy.operator") == Codes{"OPERATOR_KEY_DIFFERS"});
}

TEST_CASE("uses that are not numbered as they were made are said to be that") {
  Bench bench;
  use_one(bench);
  bench.tamper("UPDATE policy_use SET number = 2");
  auto const id = bench.read("policy.list", {}).data->at("approvals").at(0).at("parameters").at("id");
  CHECK(code_of(bench.write("todo.archive", {{"id", id}})) == "POLICY_INVALID");
}

TEST_CASE("an approval that was changed, overused or used out of its time is found") {
  Bench bench;
  use_one(bench);
  SECTION("a use is gone, so that there is one more") {
    bench.tamper("DELETE FROM policy_use");
    CHECK(has(bench.gate_codes("policy.approvals"), "APPROVAL_USES_DISAGREE"));
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
    CHECK(has(bench.gate_codes("policy.approvals"), "APPROVAL_USED_AFTER_EXPIRY"));
  }
  SECTION("a statement") {
    bench.tamper("UPDATE policy_approval SET statement = replace(statement, 'alice', 'mallo')");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"APPROVAL_NOT_AS_SIGNED"});
  }
  SECTION("the key that it names") {
    bench.tamper("INSERT INTO policy_revocation VALUES ('ap-0', 1, '{}', '', 0)");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"POLICY_ROW_UNRECORDED", "REVOCATION_NOT_AS_SIGNED"});
  }
  SECTION("a token that nobody signed") {
    bench.tamper("INSERT INTO policy_token (id, key, statement, signature, at) VALUES ('tr-0', 1, '{}', '', 0)");
    CHECK(bench.gate_codes("policy.approvals") == Codes{"POLICY_ROW_UNRECORDED", "TOKEN_NOT_AS_SIGNED"});
  }
}

TEST_CASE("the proposal in the tree is a notice when it differs, and a failure when it is unsound") {
  Bench bench;
  auto const file = bench.paths().directory.substr(0, bench.paths().directory.rfind('/')) + "/policy.toml";
  CHECK(bench.gate_codes("policy.proposal").empty());
  test::write_file(file, proposal_of("default_risk = \"medium\"\n"));
  CHECK(bench.gate_codes("policy.proposal").empty());
  test::write_file(file, "format = 1\nnonsense = 1\n");
  CHECK(bench.gate_codes("policy.proposal") == Codes{"POLICY_PROPOSAL_UNSOUND"});
}
