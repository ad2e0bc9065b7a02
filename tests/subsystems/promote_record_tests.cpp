// The fourth checkpoint under the real engine: what agrees is promoted once the operator has signed for it; whatever
// does not agree is refused by name, and leaves nothing.

#include <decapod/contract/subsystem.h>

#include "promote_fixture.h"

#include <functional>

namespace decapod::promote {
namespace {

using policy::testing::code_of;
using testing::git_id;
using testing::Lie;
using testing::ready;
using testing::Stage;
using testing::telling;
using testing::told_in;
using testing::with_told;

// Of approvals: that of the capsule, and of whatever came after it.
std::int64_t uses(Stage& stage) {
  return stage.bench.count("SELECT count(*) FROM policy_use");
}

std::int64_t promotions(Stage& stage) {
  return stage.bench.count("SELECT count(*) FROM promote_promotion");
}

std::string detail(ipc::Reply const& reply, char const* name) {
  REQUIRE(reply.error);
  auto const* value = reply.error->details.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

TEST_CASE("what agrees waits for the operator's word alone, and is promoted with it, once") {
  auto const stage = ready();
  auto const arguments = stage->subject();
  CHECK(code_of(stage->check(arguments)) == "APPROVAL_REQUIRED");
  CHECK(code_of(stage->record(arguments)) == "APPROVAL_REQUIRED");
  CHECK(promotions(*stage) == 0);
  REQUIRE(code_of(stage->approve(arguments)) == "");
  auto const checked = stage->check(arguments);
  INFO((checked.error ? checked.error->message : ""));
  REQUIRE(checked.data);
  CHECK(checked.data->at("risk") == "high");
  CHECK(checked.data->at("proof") == "observed");
  CHECK(checked.data->contains("approval"));
  auto const used_before = uses(*stage);
  auto const recorded = stage->record(arguments);
  INFO((recorded.error ? recorded.error->message : ""));
  REQUIRE(recorded.data);
  CHECK(promotions(*stage) == 1);
  // The marker in the answer is that of the commit.
  auto const marker = std::to_string(*recorded.epoch) + '.' + std::to_string(*recorded.commit_seq);
  CHECK(recorded.data->at("marker").as_string() == marker);
  CHECK(uses(*stage) == used_before + 1);
  // Nobody is asked for another approval of the same thing.
  for (auto const& again : {stage->record(arguments), stage->check(arguments)}) {
    REQUIRE(code_of(again) == "ALREADY_EXISTS");
    CHECK(again.error->message.find("promoted before") != std::string::npos);
  }
  CHECK(uses(*stage) == used_before + 1);
  CHECK(stage->bench.gate_codes("promote.ledger").empty());
}

TEST_CASE("the same request id is answered again, and promotes nothing again") {
  auto const stage = ready();
  auto const arguments = stage->subject();
  REQUIRE(code_of(stage->approve(arguments)) == "");
  auto const request = stage->bench.request("promote.record", arguments);
  auto const first = stage->bench.write_all({request}).front();
  auto const again = stage->bench.write_all({request}).front();
  REQUIRE(first.data);
  REQUIRE(again.data);
  CHECK(*first.data == *again.data);
  CHECK(promotions(*stage) == 1);
}

TEST_CASE("a check changes nothing, whatever it says") {
  auto const stage = ready();
  auto const everything = [&] {
    std::vector<std::int64_t> sums;
    for (auto const* table : {"promote_promotion", "promote_unit", "promote_seal", "policy_use", "ledger",
                              "audit_mutation", "audit_index", "workunit_unit", "workunit_proof"}) {
      sums.push_back(stage->bench.count("SELECT count(*) FROM " + std::string(table)));
    }
    sums.push_back(stage->bench.count("SELECT total(length(body)) FROM audit_mutation"));
    return sums;
  };
  auto const arguments = stage->subject();
  auto const before = everything();
  CHECK(code_of(stage->check(arguments)) == "APPROVAL_REQUIRED");
  CHECK(code_of(stage->check({{"kind", "workunit"}, {"unit", json::array{stage->task}}})) == "TREE_UNKNOWN");
  CHECK(everything() == before);
  REQUIRE(code_of(stage->approve(arguments)) == "");
  auto const approved = everything();
  for (int i = 0; i < 3; ++i) CHECK(code_of(stage->check(arguments)) == "");
  CHECK(everything() == approved);
}

std::vector<Lie> const& lies() {
  static std::vector<Lie> const list = {
      {"PROMOTION_TREE_MISMATCH", "worktree", telling([](Told& told) { told.here = git_id('b'); })},
      {"PROMOTION_TREE_MISMATCH", "worktree", telling([](Told& told) { told.here.clear(); })},
      {"PROMOTION_TREE_MISMATCH", "worktree", [](Stage&, json::object& a) { a["tree"] = git_id('b'); }},
      {"PROMOTION_TREE_MISMATCH", "tree of",
       [](Stage&, json::object& a) {
         auto told = told_in(a);
         told.here = git_id('b');
         a["tree"] = git_id('b');
         a = with_told(a, told);
       }},
      {"PROMOTION_REVISION_MISMATCH", "revision", telling([](Told& told) { told.reached.clear(); })},
      {"PROMOTION_REVISION_MISMATCH", "revision", [](Stage&, json::object& a) { a["revision"] = git_id('9'); }},
      {"PROMOTION_REVISION_MISMATCH", "revision", telling([](Told& told) { told.reached[0].ancestor = Ancestor::no; })},
      {"PROMOTION_REVISION_MISMATCH", "begin", telling([](Told& told) { told.base = git_id(testing::kHead); })},
      {"PROMOTION_WORKUNIT_MISMATCH", "at HEAD", telling([](Told& told) { told.files.clear(); })},
      {"PROMOTION_WORKUNIT_MISMATCH", "at HEAD", telling([](Told& told) { told.files[0].committed.back() ^= 1; })},
      {"PROMOTION_WORKUNIT_MISMATCH", "in the worktree", telling([](Told& told) { told.files[0].here.back() ^= 1; })},
      {"PROMOTION_WORKUNIT_MISMATCH", "sum",
       [](Stage&, json::object& a) { a["sums"] = json::array{std::string(64, '0')}; }},
      {"PROMOTION_WORKUNIT_MISMATCH", "units", [](Stage&, json::object& a) { a["sums"] = json::array(); }},
      {"BAD_REQUEST", "", [](Stage&, json::object& a) { a["unit"] = json::array(); }},
      {"PROMOTION_CAPSULE_MISMATCH", "made again", telling([](Told& told) { told.capsules.clear(); })},
      {"PROMOTION_CAPSULE_MISMATCH", "made again", telling([](Told& told) { told.capsules[0].hash.back() ^= 1; })},
      {"PROMOTION_CAPSULE_MISMATCH", "file of",
       [](Stage& stage, json::object& a) {
         auto told = told_in(a);
         told.files.push_back({.id = stage.capsule, .committed = "", .here = std::string(64, '0')});
         a = with_told(a, told);
       }},
      {"PROMOTION_KEY_MISMATCH", "key", telling([](Told& told) { told.operator_key.clear(); })},
      {"PROMOTION_KEY_MISMATCH", "key",
       telling([](Told& told) { told.operator_key = to_hex(policy::testing::key_number(2).public_key()) + "\n"; })},
      {"PROMOTION_RISK_MISMATCH", "risk", telling([](Told& told) { told.complete = Complete::no; })},
      {"NOT_FOUND", "", [](Stage&, json::object& a) { a["unit"] = json::array{"t-zzzz"}; }},
      {"TREE_UNKNOWN", "", [](Stage&, json::object& a) { a.erase("told"); }},
  };
  return list;
}

TEST_CASE("each thing that disagrees is refused by its code, with both sides, and leaves nothing") {
  auto const stage = ready();
  auto const honest = stage->subject();
  for (auto const& lie : lies()) {
    auto told = honest;
    lie.tell(*stage, told);
    INFO(lie.code << ": " << lie.what << "\n" << to_text(json::value(told)));
    auto const checked = stage->check(told);
    CHECK(code_of(checked) == lie.code);
    if (!lie.what.empty()) {
      CHECK(detail(checked, "what").find(lie.what) != std::string::npos);
      CHECK_FALSE(detail(checked, "recorded").empty());
      CHECK(detail(checked, "recorded") != detail(checked, "found"));
    }
  }
  CHECK(promotions(*stage) == 0);
}

TEST_CASE("an approval is no way around what disagrees, and is not used up by it") {
  auto const stage = ready();
  auto arguments = stage->subject();
  REQUIRE(code_of(stage->approve(arguments)) == "");
  auto const used_before = uses(*stage);
  auto told = told_in(arguments);
  told.capsules.clear();
  CHECK(code_of(stage->record(with_told(arguments, told))) == "PROMOTION_CAPSULE_MISMATCH");
  CHECK(uses(*stage) == used_before);
  CHECK(code_of(stage->record(arguments)) == "");
}

TEST_CASE("an approval is for one tree, one commit and one document") {
  auto const stage = ready();
  auto const arguments = stage->subject();
  for (auto const* name : {"tree", "revision"}) {
    auto other = arguments;
    other[name] = git_id('7');
    REQUIRE(code_of(stage->approve(other)) == "");
  }
  CHECK(code_of(stage->record(arguments)) == "APPROVAL_REQUIRED");
  REQUIRE(code_of(stage->approve(arguments)) == "");
  CHECK(code_of(stage->record(arguments, "bob")) == "APPROVAL_REQUIRED");
  CHECK(code_of(stage->record(arguments)) == "");
}

TEST_CASE("work that is not verified, has no capsule, or was judged otherwise, is not promoted") {
  SECTION("a draft, a claim") {
    Stage stage;
    stage.issue_capsule();
    stage.begin();
    CHECK(code_of(stage.check(stage.subject())) == "PROMOTION_NOT_VERIFIED");
  }
  SECTION("reopened since") {
    auto const stage = ready();
    REQUIRE(code_of(stage->bench.write("workunit.reopen", {{"id", stage->task}, {"reason", "again"}})) == "");
    CHECK(code_of(stage->check(stage->subject())) == "PROMOTION_NOT_VERIFIED");
  }
  SECTION("without a capsule") {
    Stage stage;
    stage.capsule = "c-0123456789abcdef";
    stage.begin();
    stage.prove_and_verify();
    stage.capsule.clear();
    CHECK(code_of(stage.check(stage.subject())) == "PROMOTION_CAPSULE_MISSING");
  }
  SECTION("under another policy") {
    auto const stage = ready();
    REQUIRE(code_of(stage->bench.activate(testing::approving_policy() + "actors = [\"alice\"]\n", 2)) == "");
    auto const checked = stage->check(stage->subject());
    CHECK(code_of(checked) == "PROMOTION_POLICY_MISMATCH");
  }
  SECTION("its task is riskier now") {
    auto const stage = ready();
    REQUIRE(code_of(stage->bench.write("todo.edit",
                                       {{"id", stage->task}, {"add_label", json::array{"risk:critical"}}})) == "");
    CHECK(code_of(stage->check(stage->subject())) == "PROMOTION_RISK_MISMATCH");
  }
  SECTION("its proofs are old") {
    auto const stage = ready();
    stage->bench.clock().set_wall_ahead(std::chrono::days(8));
    CHECK(code_of(stage->check(stage->subject())) == "PROOF_INSUFFICIENT");
  }
  SECTION("its proof is worth less than its promotion asks for") {
    Stage stage(testing::approving_policy() +
                "[[zones]]\nname = \"publishing\"\nrisk = \"low\"\nproof = \"reproduced\"\n"
                "operations = [\"promote.*\"]\n");
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    auto const refused = stage.check(stage.subject());
    CHECK(code_of(refused) == "PROOF_INSUFFICIENT");
    CHECK(refused.error->hint.find("workunit reopen") != std::string::npos);
  }
}

// What somebody writes into the store by hand.
struct Edit {
  std::string code;
  std::string sql;
};

TEST_CASE("a byte that is changed in the store is found, whichever artifact it is in") {
  for (auto const& edit : std::vector<Edit>{
           {"POLICY_INVALID", "UPDATE policy_activation SET document = replace(document, 'core', 'cora')"},
           {"POLICY_INVALID", "UPDATE policy_key SET signature = '0' || substr(signature, 2) || '0'"},
           {"MARKER_UNCONFIRMED", "UPDATE capsule_capsule SET document = replace(document, 'parser', 'purser')"},
           {"MARKER_UNCONFIRMED", "UPDATE workunit_unit SET body = replace(body, 'it works', 'it wurks')"},
           {"MARKER_UNCONFIRMED",
            "UPDATE workunit_proof SET body = replace(body, '\"output_bytes\":3', '\"output_bytes\":4')"},
           {"PROMOTION_ALTERED", "UPDATE ledger SET actor = 'alicf' WHERE operation = 'workunit.prove'"},
           {"PROMOTION_ALTERED", "UPDATE ledger SET digest = zeroblob(32) WHERE operation = 'capsule.issue'"},
           {"PROMOTION_ALTERED",
            "UPDATE audit_mutation SET body = replace(body, '\"session\":\"s1\"', '\"session\":\"s2\"')"
            " WHERE body LIKE '%workunit.verify%'"},
           {"MARKER_UNCONFIRMED", "DELETE FROM ledger WHERE operation = 'workunit.verify'"},
           {"APPROVAL_REQUIRED", "UPDATE policy_approval SET signature = substr(signature, 2) || '0'"},
           {"APPROVAL_REQUIRED", "UPDATE policy_approval SET statement = replace(statement, 'olga', 'olgb')"}}) {
    auto const stage = ready();
    auto const arguments = stage->subject();
    REQUIRE(code_of(stage->approve(arguments)) == "");
    REQUIRE(code_of(stage->check(arguments)) == "");
    stage->bench.tamper(edit.sql);
    stage->bench.open_again();
    INFO(edit.sql);
    auto const checked = stage->check(arguments);
    INFO((checked.error ? checked.error->message : ""));
    CHECK(code_of(checked) == edit.code);
    CHECK(code_of(stage->record(arguments)) == edit.code);
    CHECK(promotions(*stage) == 0);
  }
}

TEST_CASE("a release consists of what was published, at the tree that is released") {
  auto const stage = ready();
  auto const release = stage->subject(Kind::release);
  CHECK(code_of(stage->check(release)) == "PROMOTION_NOT_VERIFIED");
  auto const id = stage->promote();
  auto const arguments = stage->subject(Kind::release);
  CHECK(code_of(stage->check(arguments)) == "APPROVAL_REQUIRED");
  SECTION("another tree") {
    auto other = with_told(arguments, told_in(arguments));
    auto told = told_in(other);
    told.here = git_id('b');
    other["tree"] = git_id('b');
    CHECK(code_of(stage->check(with_told(other, told))) == "PROMOTION_TREE_MISMATCH");
  }
  SECTION("changes that are counted from elsewhere") {
    auto told = told_in(arguments);
    told.base = git_id(testing::kHead);
    CHECK(code_of(stage->check(with_told(arguments, told))) == "PROMOTION_REVISION_MISMATCH");
  }
  SECTION("a unit that was changed after it was published") {
    REQUIRE(code_of(stage->bench.write("workunit.reopen", {{"id", stage->task}, {"reason", "again"}})) == "");
    CHECK(code_of(stage->check(stage->subject(Kind::release))) == "PROMOTION_WORKUNIT_MISMATCH");
  }
  SECTION("a publication that was changed in the store") {
    stage->bench.tamper("UPDATE promote_promotion SET lineage = replace(lineage, 'alice', 'alicf')");
    CHECK(code_of(stage->check(arguments)) == "PROMOTION_ALTERED");
  }
  SECTION("with the operator's word") {
    REQUIRE(code_of(stage->approve(arguments)) == "");
    CHECK(code_of(stage->record(arguments)) == "");
    CHECK(promotions(*stage) == 2);
    CHECK(stage->bench.gate_codes("promote.ledger").empty());
    // The next one counts from here.
    auto const next = stage->check(arguments);
    CHECK(code_of(next) == "PROMOTION_REVISION_MISMATCH");
  }
}

TEST_CASE("the lineage of a promotion is told in the order in which it came about") {
  auto const stage = ready();
  auto const id = stage->promote();
  auto const trail = stage->bench.read("broker.audit", {{"lineage", id}});
  INFO((trail.error ? trail.error->message : ""));
  REQUIRE(trail.data);
  std::vector<std::string> operations;
  std::int64_t last = 0;
  for (auto const& record : trail.data->at("records").as_array()) {
    operations.emplace_back(record.at("record").at("request_type").as_string());
    CHECK(record.at("seq").to_number<std::int64_t>() > last);
    last = record.at("seq").to_number<std::int64_t>();
    CHECK_FALSE(record.at("step").as_string().empty());
  }
  CHECK(operations == std::vector<std::string>{"policy.operator-init", "policy.activate", "todo.add", "capsule.issue",
                                               "workunit.init", "workunit.prove", "workunit.claim", "workunit.verify",
                                               "policy.approve", "promote.record"});
  CHECK(code_of(stage->bench.read("broker.audit", {{"lineage", "p-0000000000000000"}})) == "NOT_FOUND");
}

TEST_CASE("a seal is the operator's signature over one lineage and its record") {
  auto const stage = ready();
  auto const id = stage->promote();
  auto const bundle = stage->bundle(id);
  auto const seal = [&](int key, governance::LineageSeal const& body) {
    auto const statement = stage->bench.say(key, governance::StatementKind::lineage, codec::encode(body).as_object());
    return code_of(stage->bench.write("promote.seal", {{"id", id}, {"statement", codec::encode(statement)}}, "olga"));
  };
  governance::LineageSeal const body{.promotion = id, .digest = bundle.digest, .record = bundle.record.hash};
  auto other = body;
  other.digest.back() ^= 1;
  CHECK(seal(2, body) == "SIGNATURE_INVALID");
  CHECK(seal(1, other) == "SIGNATURE_INVALID");
  CHECK(code_of(stage->bench.write("promote.seal", {{"id", id}}, "olga")) == "SIGNATURE_INVALID");
  CHECK(seal(1, body) == "");
  CHECK(seal(1, body) == "ALREADY_EXISTS");
  CHECK(stage->bundle(id).rests_on == Word::seal);
  CHECK(stage->bench.gate_codes("promote.ledger").empty());
}

}  // namespace
}  // namespace decapod::promote
