// What is known becomes what is to be followed by a recorded promotion, or not at all.

#include <decapod/base/tracked_paths.h>
#include <decapod/contract/subsystem.h>

#include <functional>
#include <set>

#include "promote_fixture.h"

namespace decapod::promote {
namespace {

using Codes = std::set<std::string>;
using policy::testing::code_of;
using testing::git_id;
using testing::Lie;
using testing::Stage;
using testing::telling;
using testing::told_in;
using testing::with_told;

std::string grade_of(Stage& stage, std::string const& entry) {
  return std::string(stage.bench.read("knowledge.show", {{"id", entry}}).data->at("entry").at("grade").as_string());
}

Codes codes_of(Bundle const& bundle) {
  Codes codes;
  std::vector<BundleFile> const files{
      {.path = std::string(kLineageFolder) + '/' + bundle.id + ".json", .text = bundle_text(bundle)}};
  auto const key = to_hex(policy::testing::key_number(1).public_key()) + "\n";
  for (auto const& finding : judge_bundles(files, key).findings) codes.insert(finding.code);
  return codes;
}

void check_gates(Stage& stage, std::vector<std::string> const& of_ledger = {}) {
  CHECK(stage.bench.gate_codes("promote.ledger") == of_ledger);
  CHECK(stage.bench.gate_codes("knowledge.promotions").empty());
}

TEST_CASE("an entry becomes procedural by a promotion, once, with the operator's word where its files are risky") {
  Stage stage;
  auto const entry = stage.add_entry({"file:core/a.txt#L1-L2", "commit:" + git_id('4')});
  auto const arguments = stage.subject_of_entry(entry);
  CHECK(code_of(stage.check(arguments)) == "APPROVAL_REQUIRED");
  CHECK(code_of(stage.record(arguments)) == "APPROVAL_REQUIRED");
  CHECK(grade_of(stage, entry) == "noted");
  REQUIRE(code_of(stage.approve(arguments)) == "");
  CHECK(stage.check(arguments).data->at("risk") == "high");
  auto const recorded = stage.record(arguments);
  INFO((recorded.error ? recorded.error->message : ""));
  REQUIRE(recorded.data);
  auto const id = std::string(recorded.data->at("id").as_string());
  auto const shown = stage.bench.read("knowledge.show", {{"id", entry}}).data->at("entry").as_object();
  CHECK(shown.at("grade") == "procedural");
  CHECK(shown.at("promotion").at("record").as_string() == id);
  CHECK(shown.at("promotion").at("marker") == recorded.data->at("marker"));
  auto const bundle = stage.bundle(id);
  CHECK(bundle.rests_on == Word::approval);
  CHECK(codes_of(bundle).empty());
  check_gates(stage);
  CHECK(code_of(stage.record(arguments)) == "ALREADY_EXISTS");
  CHECK(code_of(stage.check(arguments)) == "ALREADY_EXISTS");
  CHECK(stage.bench.count("SELECT count(*) FROM promote_promotion") == 1);
}

TEST_CASE("an entry that rests on nothing risky is promoted as the policy has it") {
  Stage stage;
  auto const entry = stage.add_entry({"file:README.md"});
  auto const recorded = stage.record(stage.subject_of_entry(entry));
  REQUIRE(recorded.data);
  CHECK(grade_of(stage, entry) == "procedural");
  check_gates(stage);
}

TEST_CASE("a policy that speaks of knowledge.promote judges the promotion of an entry, and of nothing else") {
  Stage stage(testing::approving_policy() + R"(
[[zones]]
name = "known"
risk = "high"
operations = ["knowledge.promote"]
)");
  auto const entry = stage.add_entry({"file:README.md"});
  CHECK(code_of(stage.record(stage.subject_of_entry(entry))) == "APPROVAL_REQUIRED");
  CHECK(grade_of(stage, entry) == "noted");
  CHECK(code_of(stage.bench.write("todo.add", {{"title", "x"}})) == "");
}

TEST_CASE("what took the operator's word to become procedural is not taken out of force without it") {
  Stage stage;
  auto const entry = stage.add_entry({"file:core/a.txt"});
  auto const other = stage.add_entry({"file:README.md"});
  auto const end = [&](std::string const& operation, json::object const& arguments) {
    return stage.bench.write(operation, arguments);
  };
  json::object const expiry{{"id", entry}, {"reason", "over"}};
  json::object const successor{{"id", entry}, {"by", other}};
  auto const arguments = stage.subject_of_entry(entry);
  REQUIRE(code_of(stage.approve(arguments)) == "");
  REQUIRE(code_of(stage.record(arguments)) == "");
  CHECK(code_of(end("knowledge.expire", expiry)) == "APPROVAL_REQUIRED");
  CHECK(code_of(end("knowledge.supersede", successor)) == "APPROVAL_REQUIRED");
  // What is noted alone needs nothing.
  CHECK(code_of(end("knowledge.expire", {{"id", other}, {"reason", "over"}})) == "");
  REQUIRE(code_of(stage.bench.approve(stage.bench.approval_for("knowledge.expire", expiry))) == "");
  CHECK(code_of(end("knowledge.expire", expiry)) == "");
}

std::vector<Lie> const& lies() {
  static std::vector<Lie> const list = {
      {"PROMOTION_KNOWLEDGE_MISMATCH", "file:README.md", telling([](Told& told) { told.sources.reset(); })},
      {"PROMOTION_KNOWLEDGE_MISMATCH", "file:README.md", telling([](Told& told) { told.sources->clear(); })},
      {"PROMOTION_KNOWLEDGE_MISMATCH", "file:README.md",
       telling([](Told& told) { told.sources->front().sha256.back() ^= 1; })},
      {"PROMOTION_KNOWLEDGE_MISMATCH", "digest",
       [](Stage&, json::object& a) { a["sums"] = json::array{std::string(64, '0')}; }},
      {"PROMOTION_KNOWLEDGE_MISMATCH", "the entry", [](Stage&, json::object& a) { a["sums"] = json::array(); }},
      {"PROMOTION_REVISION_MISMATCH", "commit:", telling([](Told& told) { told.reached.pop_back(); })},
      {"PROMOTION_REVISION_MISMATCH",
       "commit:", telling([](Told& told) { told.reached.back().ancestor = Ancestor::no; })},
      {"PROMOTION_REVISION_MISMATCH", "revision", [](Stage&, json::object& a) { a["revision"] = git_id('9'); }},
      {"PROMOTION_TREE_MISMATCH", "worktree", telling([](Told& told) { told.here = git_id('b'); })},
      {"PROMOTION_KEY_MISMATCH", "key", telling([](Told& told) { told.operator_key.clear(); })},
      {"PROMOTION_NOT_VERIFIED", "state",
       [](Stage& stage, json::object& a) {
         auto const id = std::string(a.at("unit").at(0).as_string());
         REQUIRE(code_of(stage.bench.write("knowledge.expire", {{"id", id}, {"reason", "over"}})) == "");
       }},
      {"BAD_REQUEST", "", [](Stage&, json::object& a) { a["unit"] = json::array(); }},
      {"BAD_REQUEST", "", [](Stage&, json::object& a) { a["unit"].as_array().emplace_back("k-zzzz"); }},
      {"NOT_FOUND", "", [](Stage&, json::object& a) { a["unit"] = json::array{"k-zzzz"}; }},
      {"NOT_FOUND", "", [](Stage&, json::object& a) { a["unit"] = json::array{"k-"}; }},
      {"NOT_FOUND", "",
       [](Stage& stage, json::object& a) {
         telling([](Told& told) { told.complete = Complete::yes; })(stage, a);
         a["kind"] = "workunit";
       }},
      {"TREE_UNKNOWN", "", [](Stage&, json::object& a) { a.erase("told"); }},
  };
  return list;
}

TEST_CASE("each thing that disagrees about an entry is refused by its code, with both sides, and changes nothing") {
  for (auto const& lie : lies()) {
    Stage stage;
    auto const entry = stage.add_entry({"file:README.md", "commit:" + git_id('4'), "url:https://example.org/a"});
    auto told = stage.subject_of_entry(entry);
    lie.tell(stage, told);
    INFO(lie.code << ": " << lie.what << "\n" << to_text(json::value(told)));
    for (auto const& reply : {stage.check(told), stage.record(told)}) {
      CHECK(code_of(reply) == lie.code);
      if (lie.what.empty()) continue;
      REQUIRE(reply.error);
      auto const& details = reply.error->details;
      CHECK(details.at("what").as_string().find(lie.what) != std::string::npos);
      CHECK(details.at("recorded") != details.at("found"));
    }
    CHECK(grade_of(stage, entry) == "noted");
    CHECK(stage.bench.count("SELECT count(*) FROM promote_promotion") == 0);
  }
}

TEST_CASE("whoever lacks the approval is told first what disagrees") {
  Stage stage;
  auto const entry = stage.add_entry({"file:core/a.txt"});
  auto const honest = stage.subject_of_entry(entry);
  auto told = told_in(honest);
  told.sources->front().sha256.back() ^= 1;
  told.here = git_id('b');
  auto const refused = stage.record(with_told(honest, told));
  CHECK(code_of(refused) == "PROMOTION_TREE_MISMATCH");
  CHECK(refused.error->details.at("disagreements").as_array().size() == 2);
  CHECK(refused.error->details.at("missing") == json::array{"approval"});
  CHECK(code_of(stage.record(honest)) == "APPROVAL_REQUIRED");
}

TEST_CASE("what nobody looked at is no proof where the policy asks for an observed one") {
  {
    Stage stage;
    auto const said = stage.add_entry({"url:https://example.org/a", "command:free -g"});
    CHECK(code_of(stage.check(stage.subject_of_entry(said))) == "");
  }
  Stage strict(testing::approving_policy() + R"(
[[zones]]
name = "known"
risk = "low"
proof = "observed"
operations = ["knowledge.promote"]
)");
  auto const again = strict.add_entry({"url:https://example.org/a", "command:free -g"});
  CHECK(code_of(strict.record(strict.subject_of_entry(again))) == "PROOF_INSUFFICIENT");
  auto const seen = strict.add_entry({"url:https://example.org/a", "file:README.md"});
  CHECK(code_of(strict.record(strict.subject_of_entry(seen))) == "");
}

TEST_CASE("a mutation that an entry rests on is in the lineage, with its record") {
  Stage stage;
  auto const commit = stage.bench.write("todo.add", {{"title", "x"}});
  auto const marker = std::to_string(*commit.epoch) + '.' + std::to_string(*commit.commit_seq);
  auto const entry = stage.add_entry({"event:" + marker});
  auto const recorded = stage.record(stage.subject_of_entry(entry));
  REQUIRE(recorded.data);
  auto bundle = stage.bundle(std::string(recorded.data->at("id").as_string()));
  CHECK(codes_of(bundle).empty());
  std::erase_if(bundle.lineage.records, [&](auto const& part) { return part.what == "event " + marker; });
  CHECK(codes_of(bundle).contains("BUNDLE_DISAGREES"));
}

TEST_CASE("what a bundle says of an entry cannot be another thing") {
  Stage stage;
  auto const entry = stage.add_entry({"file:core/a.txt"});
  auto const arguments = stage.subject_of_entry(entry);
  REQUIRE(code_of(stage.approve(arguments)) == "");
  auto const recorded = stage.record(arguments);
  REQUIRE(recorded.data);
  auto const bundle = stage.bundle(std::string(recorded.data->at("id").as_string()));
  auto const changed = [&](std::function<void(Lineage&)> const& change) {
    auto other = bundle;
    change(other.lineage);
    return codes_of(other);
  };
  CHECK(changed([](Lineage& l) { l.entry->document["body"] = "another"; }).contains("BUNDLE_DISAGREES"));
  CHECK(changed([](Lineage& l) { l.entry->document["created_by"] = "olga"; }).contains("BUNDLE_DISAGREES"));
  CHECK(changed([](Lineage& l) { l.entry->digest.back() ^= 1; }).contains("BUNDLE_DISAGREES"));
  CHECK(changed([](Lineage& l) { l.entry->state = "expired"; }).contains("BUNDLE_DISAGREES"));
  CHECK(changed([](Lineage& l) { l.entry.reset(); }).contains("BUNDLE_DISAGREES"));
  CHECK(changed([](Lineage& l) { l.told.sources->front().sha256.back() ^= 1; }).contains("BUNDLE_DISAGREES"));
  // With other files, and everything that follows from them: then it is not what was added.
  auto const other_file = changed([](Lineage& l) {
    l.entry->document["provenance"].as_array()[0].as_object()["value"] = "README.md";
    l.told.sources->front().source = "file:README.md";
  });
  CHECK(other_file.contains("BUNDLE_DISAGREES"));
}

TEST_CASE("where the policy asks for a seal, an entry is procedural with it and not before") {
  Stage stage;
  auto const entry = stage.add_entry({"file:sealed/a.txt"});
  auto const arguments = stage.subject_of_entry(entry);
  CHECK(stage.check(arguments).data->at("seal") == "required");
  auto const recorded = stage.record(arguments);
  REQUIRE(recorded.data);
  CHECK(recorded.data->at("seal") == "required");
  auto const id = std::string(recorded.data->at("id").as_string());
  CHECK(grade_of(stage, entry) == "noted");
  CHECK(codes_of(stage.bundle(id)) == Codes{"BUNDLE_UNSEALED"});
  CHECK(stage.bench.read("promote.show", {{"id", id}}).data->at("promotion").at("sealed") == "awaited");
  CHECK(stage.bench.read("promote.verify", {{"id", id}, {"skip_replay", true}}).data->at("verdict") == "broken");
  check_gates(stage);
  CHECK(code_of(stage.seal(id, 9)) == "SIGNATURE_INVALID");
  CHECK(grade_of(stage, entry) == "noted");
  REQUIRE(code_of(stage.seal(id)) == "");
  CHECK(grade_of(stage, entry) == "procedural");
  CHECK(codes_of(stage.bundle(id)).empty());
  CHECK(stage.bench.read("promote.show", {{"id", id}}).data->at("promotion").at("sealed") == "yes");
  check_gates(stage);
}

TEST_CASE("a seal makes nothing procedural that is not live any more") {
  Stage stage;
  auto const entry = stage.add_entry({"file:sealed/a.txt"});
  auto const recorded = stage.record(stage.subject_of_entry(entry));
  REQUIRE(recorded.data);
  REQUIRE(code_of(stage.bench.write("knowledge.expire", {{"id", entry}, {"reason", "over"}})) == "");
  auto const id = std::string(recorded.data->at("id").as_string());
  CHECK(code_of(stage.seal(id)) == "BAD_TRANSITION");
  CHECK(grade_of(stage, entry) == "noted");
  CHECK(stage.bench.count("SELECT count(*) FROM promote_seal") == 0);
}

TEST_CASE("an entry that is procedural in the tables alone is named, and so is one that is not any more") {
  Stage stage;
  auto const entry = stage.add_entry({"file:sealed/a.txt"});
  auto const recorded = stage.record(stage.subject_of_entry(entry));
  REQUIRE(recorded.data);
  auto const id = std::string(recorded.data->at("id").as_string());
  auto const set = [&](std::string const& at, std::string const& by, std::string const& record) {
    stage.bench.tamper("UPDATE knowledge_entry SET promoted_at = " + at + ", promoted_by = " + by +
                       ", promote_reason = " + by + ", promotion = " + record + ", promoted_epoch = " + at +
                       ", promoted_seq = " + at);
  };
  set("1", "'alice'", "'" + id + "'");
  CHECK_FALSE(stage.bench.gate_codes("knowledge.promotions").empty());
  CHECK_FALSE(stage.bench.gate_codes("promote.ledger").empty());
  set("NULL", "NULL", "NULL");
  REQUIRE(code_of(stage.seal(id)) == "");
  check_gates(stage);
  set("NULL", "NULL", "NULL");
  check_gates(stage, {"PROMOTION_DISAGREES"});
}

TEST_CASE("a seal that was taken away is missed") {
  Stage stage(testing::approving_policy(), {});
  REQUIRE(code_of(stage.seal(stage.await_seal())) == "");
  check_gates(stage);
  stage.bench.tamper("DELETE FROM promote_seal");
  check_gates(stage, {"PROMOTION_GONE"});
}

TEST_CASE("what a promotion of an entry rests on is looked at again") {
  Stage stage;
  auto const entry = stage.add_entry({"file:README.md"});
  auto const recorded = stage.record(stage.subject_of_entry(entry));
  REQUIRE(recorded.data);
  json::object question{{"id", recorded.data->at("id")},
                        {"files", json::array{{{"path", "file:README.md"}, {"sha256", testing::lines_of_files()}}}}};
  CHECK(stage.bench.read("promote.verify", question).data->at("verdict") == "holds");
  question["files"] = json::array{{{"path", "file:README.md"}, {"sha256", ""}}};
  CHECK(stage.bench.read("promote.verify", question).data->at("verdict") == "stale");
  auto const newer = stage.add_entry({"file:README.md"});
  REQUIRE(code_of(stage.bench.write("knowledge.supersede", {{"id", entry}, {"by", newer}})) == "");
  question["files"] = json::array{{{"path", "file:README.md"}, {"sha256", testing::lines_of_files()}}};
  CHECK(stage.bench.read("promote.verify", question).data->at("verdict") == "stale");
}

}  // namespace
}  // namespace decapod::promote
