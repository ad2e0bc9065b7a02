// What the store has to believe, and a clone without it does not: whoever lies about the repository, about capsules and
// about what is known is named by `validate`.

#include <catch2/catch.hpp>

#include <support/repository.h>
#include <support/temp_directory.h>

#include "promote_story.h"
#include "promote_told.h"
#include "raw_client.h"

#include <boost/json.hpp>

#include <filesystem>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

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
  story.finish("work");
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

TEST_CASE("a promotion that touches a name which is no text is judged alike by the store and by every clone") {
  Story story;
  story.begin();
  write_file(story.path("docs/caf\xe9"), "latin\n");
  fs::create_directories(story.path(".decapod/pins"));
  write_file(story.path(".decapod/pins/notes.md"), "no pin\n");
  story.work();
  story.approve();
  auto const recorded = story.record();
  INFO(recorded.process.output);
  REQUIRE(recorded.ok());
  // What lies among the pins and is none is one path of the change.
  auto const bundle = read_file(fs::directory_iterator(story.path(".decapod/lineage"))->path().string());
  std::string const notes = "\".decapod/pins/notes.md\"";
  REQUIRE(bundle.find(notes) != std::string::npos);
  CHECK(bundle.find(notes) == bundle.rfind(notes));
  CHECK(recorded.data().at("risk") == "critical");
  story.commit("lineage");
  CHECK(failing(story.validate()).empty());
  story.git("clone -q . ../clone");
  CHECK(failing(in_clone(story)).empty());
}

TEST_CASE("nothing of the work hides among decapod's own records") {
  Story story;
  story.begin();
  story.work();
  story.approve();
  SECTION("a file of another name is a part of the work") {
    fs::create_directories(story.path(".decapod/pins"));
    write_file(story.path(".decapod/pins/build.sh"), "exit 0\n");
    CHECK(story.record().error_code() == "PROMOTION_TREE_MISMATCH");
    story.commit("hidden");
    CHECK(story.record().error_code() == "PROMOTION_TREE_MISMATCH");
  }
  SECTION("a record that says more than a record says is named in every clone") {
    auto const file = story.path(".decapod/workunits/" + story.task + ".json");
    auto more = json::parse(read_file(file)).as_object();
    more["run"] = "exit 0";
    write_file(story.path(".decapod/workunits/t-more.json"), json::serialize(more));
    story.commit("more");
    CHECK(failing(story.validate()) == "capsule.repository ");
    story.git("clone -q . ../clone");
    CHECK(failing(in_clone(story)) == "capsule.repository ");
  }
  SECTION("so is one that lies under another one's name") {
    fs::copy_file(story.path(".decapod/workunits/" + story.task + ".json"),
                  story.path(".decapod/workunits/t-twin.json"));
    story.commit("twin");
    CHECK(failing(story.validate()) == "capsule.repository ");
  }
}

TEST_CASE("a pin is in no tree, and whoever takes it away changes a path of that risk") {
  Story story;
  auto policy = read_file(story.path(".decapod/policy.toml"));
  policy += "[[zones]]\nname = \"pins\"\nrisk = \"critical\"\npaths = [\".decapod/pins\"]\n";
  write_file(story.path(".decapod/policy.toml"), policy);
  story.sign({"policy", "activate"});
  story.must({"broker", "checkpoint", "--pin"});
  story.commit("pin");
  story.begin();
  story.work();
  CHECK(story.check().error_code() == "APPROVAL_REQUIRED");
  story.git("rm -q -r .decapod/pins");
  story.commit("unpinned");
  auto const refused = story.check();
  CHECK(refused.error_code() == "PROMOTION_RISK_MISMATCH");
  CHECK(refused.process.output.find("is of critical risk now") != std::string::npos);
  // Verified anew it is of that risk, with the proofs that there are.
  story.must({"workunit", "reopen", story.task, "--reason", "the pin"});
  story.must({"workunit", "claim", story.task});
  CHECK(story.must({"workunit", "verify", story.task}).at("risk") == "critical");
  story.must({"workunit", "export", story.task});
  story.commit("record");
  story.approve();
  REQUIRE(story.record().ok());
  story.commit("lineage");
  CHECK(failing(story.validate()).empty());
  story.git("clone -q . ../clone");
  CHECK(failing(in_clone(story)).empty());
}
