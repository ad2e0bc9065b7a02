// The whole story with real files, proofs and keys: an agent takes a risky task, is refused at each of the four
// checkpoints in turn, gets one signed approval, does the work, promotes it; and then every artifact in turn is altered
// by one byte.

#include <catch2/catch.hpp>

#include <support/repository.h>
#include <support/temp_directory.h>

#include "promote_story.h"
#include "promote_told.h"
#include "raw_client.h"

#include <boost/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

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
    // A write without a key is none, and one with a key that says nothing of the repository promotes nothing.
    CHECK(send(raw, "promote.record", wish, "").at("error").at("code") == "BAD_REQUEST");
    CHECK(send(raw, "promote.record", wish, "raw-1").at("error").at("code") == "TREE_UNKNOWN");
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

Alteration emptied(std::string what, std::string code, std::function<std::string(Story const&)> name) {
  auto const whole = std::make_shared<std::string>();
  return {std::move(what), std::move(code),
          [=](Story const& story) {
            *whole = read_file(story.path(name(story)));
            write_file(story.path(name(story)), "");
          },
          [=](Story const& story) { write_file(story.path(name(story)), *whole); }};
}

// A folder in the place of a file.
Alteration replaced(std::string what, std::string code, std::function<std::string(Story const&)> name) {
  return {std::move(what), std::move(code),
          [=](Story const& story) {
            auto const path = story.path(name(story));
            fs::rename(path, story.repository.scratch("aside"));
            fs::create_directory(path);
          },
          [=](Story const& story) {
            auto const path = story.path(name(story));
            fs::remove(path);
            fs::rename(story.repository.scratch("aside"), path);
          }};
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
      emptied("the capsule's file, of which nothing is left", "PROMOTION_CAPSULE_MISMATCH",
              [](Story const& s) { return ".decapod/capsules/" + s.capsule + ".json"; }),
      replaced("the capsule's file, where a folder lies", "PROMOTION_CAPSULE_MISMATCH",
               [](Story const& s) { return ".decapod/capsules/" + s.capsule + ".json"; }),
      replaced("the exported work unit, where a folder lies", "PROMOTION_WORKUNIT_MISMATCH",
               [](Story const& s) { return ".decapod/workunits/" + s.task + ".json"; }),
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

TEST_CASE("the first release is judged by what every published unit changed, whichever of them it names") {
  Story story;
  story.begin();
  story.work();
  story.approve();
  REQUIRE(story.record().ok());
  story.commit("lineage");
  auto const risky = story.task;
  // It began behind the risky change, and is of no risk itself.
  story.task = Story::text(story.must({"todo", "add", "words"}), "item", "id");
  story.must({"todo", "claim", story.task});
  story.must({"workunit", "init", story.task, "--intent", "better words"});
  story.must({"workunit", "attach", story.task, "--capsule", story.capsule_of(story.task)});
  story.must({"workunit", "plan", story.task, "tests", "--", "true"});
  story.must({"workunit", "start", story.task});
  write_file(story.path("words.txt"), "better\n");
  story.finish("words");
  story.must({"promote", "record", "workunit", story.task});
  auto const alone = story.ask({"promote", "check", "release", story.task});
  INFO(alone.process.output);
  CHECK(alone.error_code() == "APPROVAL_REQUIRED");
  CHECK(story.ask({"promote", "record", "release", story.task}).error_code() == "APPROVAL_REQUIRED");
  CHECK(story.ask({"promote", "check", "release", risky, story.task}).error_code() == "APPROVAL_REQUIRED");
  story.grant(alone);
  story.must({"promote", "record", "release", story.task});
}

TEST_CASE("a token whose file is gone changes nothing of what is looked at") {
  Story story;
  story.begin();
  story.work();
  auto lost = as("alice");
  lost["DECAPOD_TRUST_TOKEN_FILE"] = story.path("no.token");
  for (Arguments const& looking :
       {Arguments{"capsule", "verify", story.capsule}, Arguments{"promote", "check", "workunit", story.task},
        Arguments{"workunit", "status", story.task}}) {
    INFO(looking.front());
    auto const with = story.repository.ask(looking, lost);
    auto const without = story.ask(looking);
    auto const* said = without.ok() ? "data" : "error";
    CHECK(with.ok() == without.ok());
    CHECK(with.envelope.at(said) == without.envelope.at(said));
  }
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
