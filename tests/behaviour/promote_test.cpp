// The whole story with real files, proofs and keys: an agent takes a risky task, is refused at each of the four
// checkpoints in turn, gets one signed approval, does the work, promotes it; and then every artifact in turn is altered
// by one byte.

#include <catch2/catch.hpp>

#include <support/repository.h>
#include <support/temp_directory.h>

#include "promote_story.h"
#include "raw_client.h"

#include <boost/json.hpp>

#include <filesystem>
#include <functional>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// The gates that fail, of a report that does.
std::string failing(Answer const& answer) {
  std::string gates;
  if (answer.ok()) return gates;
  for (auto const& gate : answer.envelope.at("error").at("details").at("gates").as_array()) {
    if (gate.at("status") == "failed") gates += std::string(gate.at("gate").as_string()) + ' ';
  }
  return gates;
}

// What a client of its own sends, under alice's name, and what it is told.
json::object send(Raw const& raw, std::string const& op, json::object arguments, std::string const& key) {
  json::object const request{
      {"op", op},
      {"arguments", std::move(arguments)},
      {"caller", {{"actor", "alice"}, {"actor_source", "--actor"}, {"session", "s1"}, {"cwd", "/"}}},
      {"request_id", "raw-" + op},
      {"idempotency_key", key},
      {"timeout_ms", 60'000},
      {"dry_run", false},
      {"min_seq", 0}};
  raw.say(frame(kRequest, json::serialize(request)));
  return json::parse(raw.message()).as_object();
}

// A connection to a broker that stays until the repository goes.
Raw connect_for_long(Story& story) {
  story.repository.set_idle(Milliseconds(60'000));
  story.must({"todo", "stats"});
  return must_connect(story.repository);
}

std::string printed(Story const& story, std::string const& script) {
  auto const done = story.repository.shell(script);
  INFO(script << done.error);
  REQUIRE(done.status == 0);
  return done.output.substr(0, done.output.find_first_of(" \n"));
}

// What `validate` says in a clone, which has no store.
Answer in_clone(Story const& story) {
  return parse_answer(
      run(in_directory(story.repository.command({"validate", "--json"}), story.repository.scratch("clone"))));
}

std::string sum_or_nothing(Story const& story, std::string const& name) {
  return fs::exists(story.path(name)) ? printed(story, "sha256sum " + name) : "";
}

// All that is so of the repository, except that it has changed no more than a file of no risk.
json::object lie_of(Story const& story, json::object const& unit) {
  auto const file = ".decapod/workunits/" + story.task + ".json";
  auto const written = ".decapod/capsules/" + story.capsule + ".json";
  auto const head = printed(story, "git rev-parse HEAD");
  auto const tree = Story::text(unit.at("unit").at("claimed").as_object(), "at", "tree");
  json::array reached;
  for (auto const& commit : {head, Story::text(unit.at("unit").as_object(), "base"),
                             Story::text(unit.at("unit").at("claimed").as_object(), "at", "head")}) {
    reached.emplace_back(json::object{{"commit", commit}, {"ancestor", true}});
  }
  auto const hash = [&](std::string const& name) { return sum_or_nothing(story, name); };
  json::object const told{
      {"here", tree},
      {"base", unit.at("unit").at("base")},
      {"paths", json::array{"README.md"}},
      {"complete", true},
      {"reached", std::move(reached)},
      {"files", json::array{{{"id", story.task}, {"committed", hash(file)}, {"here", hash(file)}},
                            {{"id", story.capsule}, {"committed", hash(written)}, {"here", hash(written)}}}},
      {"capsules",
       json::array{{{"id", story.capsule}, {"hash", story.must({"capsule", "show", story.capsule}).at("hash")}}}},
      {"operator_key", read_file(story.path(".decapod/operator.pub"))}};
  return {{"kind", "workunit"}, {"unit", json::array{story.task}},     {"revision", head},
          {"tree", tree},       {"sums", json::array{unit.at("sum")}}, {"told", told}};
}

}  // namespace

TEST_CASE("an agent is refused at each checkpoint in turn, and promotes with one signed approval") {
  Story story;
  // Issuance: beyond what the risk of the task gives.
  CHECK(story.ask({"capsule", "issue", "--topic", "x", "--scope", "plans", "--task", story.task}).error_code() ==
        "CAPSULE_SCOPE_DENIED");
  story.begin();
  // Routing: the label cannot be taken off, under no name, and no frame goes around the broker's judgement.
  for (auto const* actor : {"alice", "olga", "decapod"}) {
    CHECK(story.ask({"todo", "edit", story.task, "--remove-label", "risk:high"}, actor).error_code() ==
          "APPROVAL_REQUIRED");
  }
  {
    auto const raw = connect_for_long(story);
    json::object const wish{{"kind", "workunit"}, {"unit", json::array{story.task}}};
    // A write without a key is none, and one with a key is judged like everybody's.
    CHECK(send(raw, "promote.record", wish, "").at("error").at("code") == "BAD_REQUEST");
    CHECK(send(raw, "promote.record", wish, "raw-1").at("error").at("code") == "APPROVAL_REQUIRED");
    story.repository.set_idle(Milliseconds(0));
  }
  // Commit: what no commit recorded proves nothing.
  story.must({"workunit", "claim", story.task});
  CHECK(story.ask({"workunit", "verify", story.task}).error_code() == "PROOF_INSUFFICIENT");
  story.must({"workunit", "reopen", story.task, "--reason", "not yet"});
  // Promotion: not before it is verified, which is said first, and not without the operator's word.
  CHECK(story.record().error_code() == "PROMOTION_NOT_VERIFIED");
  CHECK(story.check().error_code() == "PROMOTION_NOT_VERIFIED");
  story.work();
  CHECK(story.record().error_code() == "APPROVAL_REQUIRED");
  auto const approval = story.approve();
  auto const checked = story.check();
  CHECK(std::string(checked.data().at("approval").as_string()) == approval);
  auto const recorded = story.record();
  INFO(recorded.process.output);
  REQUIRE(recorded.ok());
  auto const id = Story::text(recorded.data(), "id");
  CHECK(recorded.marker() == Story::text(recorded.data(), "marker"));
  CHECK(story.must({"policy", "list"}).at("approvals").at(0).at("standing") == "used-up");

  auto const bundle = story.path(".decapod/lineage/" + id + ".json");
  auto const first = read_file(bundle);
  fs::remove(bundle);
  story.must({"promote", "export", id});
  CHECK(read_file(bundle) == first);
  story.commit("promoted");
  CHECK(story.validate().ok());
  auto const trail = story.must({"broker", "audit", "--lineage", id}).at("records").as_array();
  CHECK(trail.size() == 11);
  CHECK(trail.back().at("record").at("request_type") == "promote.record");
  story.sign({"promote", "seal", id});
  CHECK(json::parse(read_file(bundle)).at("rests_on") == "seal");
  story.commit("sealed");
  CHECK(story.validate().ok());

  // A clone has no store, and needs none.
  story.git("clone -q . ../clone");
  CHECK(in_clone(story).ok());
  CHECK_FALSE(fs::exists(story.repository.scratch("clone") + "/.decapod/data"));
  auto const copied = story.repository.scratch("clone") + "/.decapod/lineage/" + id + ".json";
  auto const sealed = read_file(copied);
  for (auto const at : {sealed.size() / 7, sealed.size() / 3, sealed.size() / 2, sealed.size() - 9}) {
    auto other = sealed;
    other[at] = other[at] == '1' ? '2' : '1';
    write_file(copied, other);
    CHECK(failing(in_clone(story)) == "promote.bundles ");
  }
  write_file(copied, sealed);
  CHECK(in_clone(story).ok());
}

TEST_CASE("done work is looked at again, with its commands") {
  Story story;
  story.begin();
  story.work();
  story.approve();
  auto const recorded = story.record();
  REQUIRE(recorded.ok());
  auto const id = Story::text(recorded.data(), "id");
  CHECK(story.ask({"promote", "verify", id}).data().at("verdict") == "holds");
  // The worktree moves on, and the gate fails there.
  write_file(story.path("core/parser.txt"), "one\n");
  auto const broken = story.ask({"promote", "verify", id});
  CHECK(broken.process.status == 6);
  CHECK(broken.error_code() == "PROMOTION_STALE");
  CHECK(broken.envelope.at("error").at("details").at("verdict") == "broken");
  CHECK(story.ask({"promote", "verify", id, "--skip-replay"}).data().at("verdict") == "holds");
  // What the unit was made for is another text now.
  write_file(story.path("docs/parser.md"), "The parser keeps the first line.\n");
  story.commit("other");
  auto const stale = story.ask({"promote", "verify", id, "--skip-replay"});
  CHECK(stale.error_code() == "PROMOTION_STALE");
  CHECK(stale.envelope.at("error").at("details").at("verdict") == "stale");
}

// One artifact, altered by one byte; what is refused then, and by which code.
struct Alteration {
  std::string what;
  std::string code;
  std::function<void(Story const&)> alter;
  std::function<void(Story const&)> mend;
};

std::function<void(Story const&)> set(std::string const& table, std::string const& column, std::string const& from,
                                      std::string const& to, std::string const& where = "1") {
  return [=](Story const& story) {
    story.sql("UPDATE " + table + " SET " + column + " = replace(" + column + ", '" + from + "', '" + to +
              "') WHERE instr(" + column + ", '" + from + "') AND " + where);
  };
}

Alteration in_store(std::string what, std::string code, std::string const& table, std::string const& column,
                    std::string const& from, std::string const& to, std::string const& where = "1") {
  return {std::move(what), std::move(code), set(table, column, from, to, where), set(table, column, to, from, where)};
}

Alteration in_file(std::string what, std::string code, std::function<std::string(Story const&)> name) {
  auto const flip = [name](Story const& story) {
    auto const path = story.path(name(story));
    auto text = read_file(path);
    text[text.size() / 2] ^= 1;
    write_file(path, text);
  };
  return {std::move(what), std::move(code), flip, flip};
}

TEST_CASE("whichever artifact is altered by one byte, nothing is promoted on it") {
  Story story;
  story.begin();
  story.work();
  story.approve();
  REQUIRE(story.check().ok());
  std::vector<Alteration> const alterations{
      in_store("the policy", "POLICY_INVALID", "policy_activation", "document", "core", "cora"),
      in_store("the capsule", "MARKER_UNCONFIRMED", "capsule_capsule", "document", "keeps", "keepz"),
      in_store("the output of a proof", "MARKER_UNCONFIRMED", "workunit_proof", "body", "output_bytes\\\":0",
               "output_bytes\\\":1"),
      in_store("the work unit", "MARKER_UNCONFIRMED", "workunit_unit", "body", "line is kept", "line is kepd"),
      in_store("the approval", "APPROVAL_REQUIRED", "policy_approval", "statement", "olga", "olgb"),
      in_store("the row of the ledger", "PROMOTION_ALTERED", "ledger", "actor", "alice", "alicf",
               "operation = 'workunit.prove'"),
      in_store("the record of the trail", "PROMOTION_ALTERED", "audit_mutation", "body", "alice", "alicf",
               "instr(body, 'workunit.verify')"),
      in_file("the exported work unit", "PROMOTION_WORKUNIT_MISMATCH",
              [](Story const& s) { return ".decapod/workunits/" + s.task + ".json"; }),
      in_file("the capsule's file", "PROMOTION_CAPSULE_MISMATCH",
              [](Story const& s) { return ".decapod/capsules/" + s.capsule + ".json"; }),
      in_file("a file of the work", "PROMOTION_TREE_MISMATCH", [](Story const&) { return "core/parser.txt"; }),
      {"HEAD", "PROMOTION_TREE_MISMATCH",
       [](Story const& s) {
         write_file(s.path("core/parser.txt"), "one\ntwO\n");
         s.commit("other");
       },
       [](Story const& s) { s.git("reset -q --hard HEAD~1"); }},
  };
  for (auto const& one : alterations) {
    INFO(one.what);
    one.alter(story);
    auto const refused = story.check();
    INFO(refused.process.output);
    CHECK(refused.error_code() == one.code);
    auto const also = story.record();
    INFO(also.process.output);
    CHECK_FALSE(also.ok());
    one.mend(story);
    CHECK(story.check().ok());
  }
  CHECK(story.must({"promote", "list"}).at("promotions").as_array().empty());
  // Everything is as it was, so it goes through.
  CHECK(story.record().ok());
}

TEST_CASE("who lies about the repository gets past the store, and past no clone") {
  Story story;
  // Without a label only the paths say that it is risky.
  story.task = Story::text(story.must({"todo", "add", "no label"}), "item", "id");
  story.begin();
  write_file(story.path("core/parser.txt"), "one\ntwo\n");
  story.commit("work");
  story.must({"workunit", "prove", story.task, "tests"});
  story.must({"workunit", "claim", story.task});
  auto const raw = connect_for_long(story);
  auto const claimed = story.must({"workunit", "show", story.task});
  auto const verified = send(raw, "workunit.verify",
                             {{"id", story.task},
                              {"here", claimed.at("unit").at("claimed").at("at")},
                              {"paths", json::array{"README.md"}},
                              {"complete", true}},
                             "raw-verify");
  INFO(json::serialize(verified));
  REQUIRE(verified.at("data").at("risk") == "low");
  story.must({"workunit", "export", story.task});
  story.commit("record");
  // An honest client sees it, and so does the operator who checks before he approves.
  CHECK(story.check().error_code() == "PROMOTION_RISK_MISMATCH");
  auto const recorded =
      send(raw, "promote.record", lie_of(story, story.must({"workunit", "show", story.task})), "raw-record");
  INFO(json::serialize(recorded));
  REQUIRE(recorded.at("status") == "COMMITTED");
  story.must({"promote", "export", std::string(recorded.at("data").at("id").as_string())});
  story.commit("lineage");
  CHECK(failing(story.validate()) == "promote.bundles ");
}

TEST_CASE("a capsule that no document gives is named by validate, with the store and in a clone without it") {
  Story story;
  story.task = Story::text(story.must({"todo", "add", "no label"}), "item", "id");
  story.must({"workunit", "init", story.task, "--intent", "the readme says more"});
  auto const issued =
      story.must({"capsule", "issue", "--topic", "parser last line", "--scope", "docs", "--task", story.task});
  auto const shown =
      story.must({"capsule", "show", Story::text(issued.at("capsule").as_object(), "id")}).at("capsule").as_object();
  json::object material{{"policy", shown.at("policy")},   {"revision", shown.at("revision")},
                        {"matched", shown.at("matched")}, {"excerpts", shown.at("excerpts")},
                        {"left_out", json::array()},      {"left_out_total", 0}};
  auto& text = material.at("excerpts").as_array().at(0).as_object().at("text").as_string();
  REQUIRE(text.find("keeps") != std::string::npos);
  text.replace(text.find("keeps"), 5, "drops");
  auto const raw = connect_for_long(story);
  auto const forged =
      send(raw, "capsule.issue",
           {{"topic", "parser last line"}, {"scope", "docs"}, {"task", story.task}, {"material", std::move(material)}},
           "raw-issue");
  INFO(json::serialize(forged));
  REQUIRE(forged.at("status") == "COMMITTED");
  story.capsule = std::string(forged.at("data").at("capsule").at("id").as_string());
  story.must({"workunit", "attach", story.task, "--capsule", story.capsule});
  story.must({"workunit", "plan", story.task, "tests", "--", "true"});
  story.must({"workunit", "start", story.task});
  write_file(story.path("README.md"), "more\n");
  story.commit("work");
  story.must({"workunit", "prove", story.task, "tests"});
  story.must({"workunit", "claim", story.task});
  story.must({"workunit", "verify", story.task});
  story.must({"workunit", "export", story.task});
  story.commit("record");
  CHECK(story.check().error_code() == "PROMOTION_CAPSULE_MISMATCH");
  CHECK(failing(story.validate()) == "capsule.repository ");
  // Whoever says that it was made again gets it promoted, and every clone names it.
  auto const recorded =
      send(raw, "promote.record", lie_of(story, story.must({"workunit", "show", story.task})), "raw-record");
  INFO(json::serialize(recorded));
  REQUIRE(recorded.at("status") == "COMMITTED");
  story.must({"promote", "export", std::string(recorded.at("data").at("id").as_string())});
  story.commit("lineage");
  story.git("clone -q . ../clone");
  CHECK(failing(in_clone(story)) == "capsule.repository ");
}

TEST_CASE("what is known becomes procedural by a bundle that a clone can judge") {
  Story story;
  auto const entry = Story::text(
      story.must({"knowledge", "add", "The last line stays", "-b", "see there", "-p", "file:docs/parser.md#L1"}),
      "entry", "id");
  auto const check = [&] { return story.ask({"promote", "check", "knowledge", entry}); };
  CHECK(check().ok());
  // What it rests on is another thing now.
  write_file(story.path("docs/parser.md"), "The parser drops the last line.\n");
  story.commit("other");
  CHECK(check().error_code() == "PROMOTION_KNOWLEDGE_MISMATCH");
  CHECK(story.ask({"promote", "record", "knowledge", entry}).error_code() == "PROMOTION_KNOWLEDGE_MISMATCH");
  story.git("revert --no-edit HEAD");
  auto const recorded = story.ask({"promote", "record", "knowledge", entry});
  INFO(recorded.process.output);
  REQUIRE(recorded.ok());
  auto const id = Story::text(recorded.data(), "id");
  CHECK(story.must({"knowledge", "show", entry}).at("entry").at("grade") == "procedural");
  story.commit("lineage");
  CHECK(story.validate().ok());
  CHECK(story.ask({"promote", "verify", id}).ok());
  auto const trail = story.must({"broker", "audit", "--lineage", id}).at("records").as_array();
  CHECK(trail.back().at("record").at("request_type") == "promote.record");
  story.git("clone -q . ../clone");
  CHECK(in_clone(story).ok());
  auto const copied = story.repository.scratch("clone") + "/.decapod/lineage/" + id + ".json";
  auto text = read_file(copied);
  text.replace(text.find("see there"), 3, "saw");
  write_file(copied, text);
  CHECK(failing(in_clone(story)) == "promote.bundles ");
}

TEST_CASE("whoever lies about what an entry rests on gets past the store, and past no clone") {
  Story story;
  auto const added = story.must({"knowledge", "add", "It stays", "-b", "see there", "-p", "file:docs/parser.md"});
  auto const entry = Story::text(added, "entry", "id");
  write_file(story.path("docs/parser.md"), "The parser drops the last line.\n");
  story.commit("other");
  auto const shown = story.must({"knowledge", "show", entry}).at("entry").as_object();
  auto const head = printed(story, "git rev-parse HEAD");
  // The tree is what an honest refusal of another entry shows.
  auto const other = Story::text(story.must({"knowledge", "add", "b", "-b", "b", "-p", "cmd:true"}), "entry", "id");
  auto const tree = Story::text(story.must({"promote", "check", "knowledge", other}), "tree");
  json::object const told{{"here", tree},
                          {"base", ""},
                          {"paths", json::array()},
                          {"complete", false},
                          {"reached", json::array{{{"commit", head}, {"ancestor", true}}}},
                          {"files", json::array()},
                          {"capsules", json::array()},
                          {"operator_key", read_file(story.path(".decapod/operator.pub"))},
                          {"sources", json::array{{{"source", "file:docs/parser.md"},
                                                   {"sha256", shown.at("provenance").at(0).at("sha256")}}}}};
  auto const raw = connect_for_long(story);
  auto const recorded = send(raw, "promote.record",
                             {{"kind", "knowledge"},
                              {"unit", json::array{entry}},
                              {"revision", head},
                              {"tree", tree},
                              {"sums", json::array{shown.at("digest")}},
                              {"told", told}},
                             "raw-record");
  INFO(json::serialize(recorded));
  REQUIRE(recorded.at("status") == "COMMITTED");
  story.must({"promote", "export", std::string(recorded.at("data").at("id").as_string())});
  story.commit("lineage");
  CHECK(failing(story.validate()) == "promote.bundles ");
}

TEST_CASE("where the policy asks for a seal, nothing is published before the operator has sealed it") {
  Story story;
  auto policy = read_file(story.path(".decapod/policy.toml"));
  policy += "[[zones]]\nname = \"known\"\nrisk = \"low\"\nseal = \"required\"\noperations = [\"knowledge.promote\"]\n";
  write_file(story.path(".decapod/policy.toml"), policy);
  story.sign({"policy", "activate"});
  story.commit("policy");
  auto const judged = story.must({"policy", "eval", "promote.record", "--params",
                                  R"({"kind":"knowledge","unit":["k-none"],"revision":"","tree":"","sums":[]})"});
  CHECK(judged.at("seal") == "required");
  CHECK(judged.at("reasons").at(0).as_string().find("zone 'known'") != std::string::npos);
  auto const entry =
      Story::text(story.must({"knowledge", "add", "a", "-b", "b", "-p", "file:docs/parser.md"}), "entry", "id");
  auto const recorded = story.must({"promote", "record", "knowledge", entry});
  auto const id = Story::text(recorded, "id");
  CHECK_FALSE(fs::exists(story.path(".decapod/lineage")));
  CHECK(story.must({"knowledge", "show", entry}).at("entry").at("grade") == "noted");
  CHECK(story.ask({"promote", "export", id}).error_code() == "PROMOTION_UNSEALED");
  CHECK(story.ask({"promote", "verify", id}).error_code() == "PROMOTION_UNSEALED");
  CHECK(story.validate().ok());
  story.sign({"promote", "seal", id});
  CHECK(story.must({"knowledge", "show", entry}).at("entry").at("grade") == "procedural");
  CHECK(story.ask({"promote", "verify", id}).ok());
  story.commit("sealed");
  CHECK(story.validate().ok());
  // A bundle from which somebody took the seal.
  auto const file = story.path(".decapod/lineage/" + id + ".json");
  auto bundle = json::parse(read_file(file)).as_object();
  REQUIRE(bundle.erase("seal") == 1);
  bundle["rests_on"] = "policy";
  write_file(file, json::serialize(bundle) + "\n");
  auto const unsealed = story.validate();
  CHECK(failing(unsealed) == "promote.bundles ");
  CHECK(unsealed.process.output.find("BUNDLE_UNSEALED") != std::string::npos);
}

TEST_CASE("no exported file is written through a link, or over one") {
  Story story;
  story.begin();
  story.work();
  story.approve();
  auto const outside = story.repository.scratch("outside");
  write_file(outside, "mine\n");
  auto const unit = story.path(".decapod/workunits/" + story.task + ".json");
  fs::remove(unit);
  fs::create_symlink(outside, unit);
  CHECK(story.ask({"workunit", "export", story.task}).error_code() == "REFUSED");
  CHECK(fs::is_symlink(unit));
  CHECK(read_file(outside) == "mine\n");
  fs::remove(unit);
  story.must({"workunit", "export", story.task});
  auto const recorded = story.record();
  REQUIRE(recorded.ok());
  auto const bundle = story.path(".decapod/lineage/" + Story::text(recorded.data(), "id") + ".json");
  fs::remove(bundle);
  fs::create_symlink(outside, bundle);
  CHECK(story.ask({"promote", "export", Story::text(recorded.data(), "id")}).error_code() == "REFUSED");
  CHECK(fs::is_symlink(bundle));
  CHECK(read_file(outside) == "mine\n");
}

TEST_CASE("what is committed is what is looked at, whatever git was told to show in its place") {
  Story story;
  story.begin();
  story.work();
  auto const unit = ".decapod/workunits/" + story.task + ".json";
  auto const good = read_file(story.path(unit));
  write_file(story.path(unit), good + " ");
  story.commit("other");
  write_file(story.path(unit), good);
  REQUIRE(story.check().error_code() == "PROMOTION_WORKUNIT_MISMATCH");
  // Whoever looks from this clone is shown the right one.
  story.git("replace $(git rev-parse HEAD:" + unit + ") $(git rev-parse HEAD~1:" + unit + ")");
  REQUIRE(story.repository.shell("git cat-file blob HEAD:" + unit).output == good);
  CHECK(story.check().error_code() == "PROMOTION_WORKUNIT_MISMATCH");
}
