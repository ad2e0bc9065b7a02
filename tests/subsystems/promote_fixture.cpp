#include "promote_fixture.h"

#include <decapod/capsule/requests.h>
#include <decapod/capsule_record/canonical.h>
#include <decapod/governance/statements.h>
#include <decapod/knowledge/queries.h>
#include <decapod/knowledge_document/document.h>
#include <decapod/promote/queries.h>
#include <decapod/workunit/queries.h>
#include <decapod/workunit_document/spelling.h>

namespace decapod::promote::testing {
namespace {

using policy::testing::code_of;

template <class T>
T decoded(ipc::Reply const& reply) {
  INFO((reply.error ? reply.error->message : ""));
  REQUIRE(reply.data.has_value());
  T value{};
  REQUIRE(codec::decode_object(*reply.data, value, codec::Unknown::ignore).has_value());
  return value;
}

json::object subject_at(char tree, char head) {
  return {{"tree", git_id(tree)}, {"head", git_id(head)}};
}

}  // namespace

std::string git_id(char digit) {
  return std::string(40, digit);
}

std::string approving_policy() {
  return R"(
[scopes]
docs = ["docs"]
[tiers.low]
trust = "basic"
approval = "never"
proof = "asserted"
capsule_scopes = ["docs"]
capsule_limit = 4
[tiers.medium]
trust = "basic"
approval = "never"
proof = "asserted"
capsule_scopes = ["docs"]
capsule_limit = 4
[tiers.high]
trust = "basic"
approval = "required"
proof = "observed"
capsule_scopes = ["docs"]
capsule_limit = 4
[tiers.critical]
trust = "verified"
approval = "required"
proof = "reproduced"
capsule_scopes = ["docs"]
capsule_limit = 4
[[zones]]
name = "sealed"
risk = "low"
seal = "required"
paths = ["sealed"]
[[zones]]
name = "core"
risk = "high"
paths = ["core"]
)";
}

Stage::Stage(std::string const& policy, json::array labels) {
  REQUIRE(code_of(bench.pin()) == "");
  REQUIRE(code_of(bench.activate(policy)) == "");
  task = bench.add_task(std::move(labels));
}

ipc::Reply Stage::must(std::string const& operation, json::object arguments) {
  auto reply = bench.write(operation, std::move(arguments));
  INFO(operation << ": " << (reply.error ? reply.error->message : ""));
  REQUIRE_FALSE(reply.error.has_value());
  return reply;
}

void Stage::issue_capsule() {
  auto const shown = bench.read("policy.show", {});
  capsule::Material const material{.policy = std::string(shown.data->at("hash").as_string()),
                                   .revision = {.commit = git_id(kBase), .tree = git_id('c')},
                                   .matched = 0,
                                   .excerpts = {},
                                   .left_out = {},
                                   .left_out_total = 0};
  json::object const wish{
      {"topic", "the parser"}, {"scope", "docs"}, {"task", task}, {"material", codec::encode(material)}};
  // Of risky work it takes the operator's word.
  if (code_of(bench.write("capsule.issue", wish)) == "APPROVAL_REQUIRED") {
    REQUIRE(code_of(bench.approve(bench.approval_for("capsule.issue", wish))) == "");
  }
  auto const issued = must("capsule.issue", wish);
  capsule = std::string(issued.data->at("capsule").at("id").as_string());
}

void Stage::begin() {
  must("workunit.init", {{"id", task}, {"intent", "it works"}, {"base", git_id(kBase)}});
  must("workunit.attach", {{"id", task}, {"capsule", json::array{capsule}}});
  plan_and_start();
}

void Stage::begin_without_capsule() {
  must("workunit.init", {{"id", task}, {"intent", "it works"}, {"base", git_id(kBase)}});
  plan_and_start();
}

void Stage::plan_and_start() {
  must("workunit.plan", {{"id", task}, {"gate", "tests"}, {"command", json::array{"check", "tests"}}});
  must("workunit.start", {{"id", task}});
}

workunit::Run run_with(workunit::Outcome outcome) {
  return {.ending = workunit::Ending::exited,
          .status = outcome == workunit::Outcome::passed ? 0 : 1,
          .output_bytes = 3,
          .output_sha256 = std::string(64, 'a'),
          .took_ms = 12};
}

void Stage::prove_and_verify() {
  auto const here = subject_at(kTree, kHead);
  auto const run = run_with(workunit::Outcome::passed);
  must("workunit.prove",
       {{"id", task}, {"gate", "tests"}, {"before", here}, {"after", here}, {"run", codec::encode(run)}});
  must("workunit.claim", {{"id", task}, {"here", here}});
  must("workunit.verify", {{"id", task}, {"here", here}, {"paths", json::array{changed}}, {"complete", true}});
}

workunit::Document Stage::document() {
  return decoded<workunit::ExportReply>(bench.read("workunit.export", {{"id", task}, {"print", true}})).document;
}

Told Stage::honest() {
  auto const file = hex(sha256(workunit::file_text(codec::encode(document()).as_object())));
  Told told{.here = git_id(kTree),
            .base = git_id(kBase),
            .paths = {changed},
            .complete = Complete::yes,
            .reached = {{git_id(kBase), Ancestor::yes}, {git_id(kHead), Ancestor::yes}},
            .files = {{.id = task, .committed = file, .here = file}},
            .capsules = {},
            .operator_key = to_hex(policy::testing::key_number(1).public_key()) + "\n"};
  if (capsule.empty()) return told;
  auto const shown = decoded<capsule::ShowReply>(bench.read("capsule.show", {{"id", capsule}}));
  told.capsules.push_back({.id = capsule, .hash = shown.hash});
  return told;
}

json::object Stage::subject(Kind kind) {
  auto const exported = decoded<workunit::ExportReply>(bench.read("workunit.export", {{"id", task}, {"print", true}}));
  return {{"kind", to_text(kind)}, {"unit", json::array{task}},         {"revision", git_id(kHead)},
          {"tree", git_id(kTree)}, {"sums", json::array{exported.sum}}, {"told", codec::encode(honest())}};
}

ipc::Reply Stage::approve(json::object const& arguments) {
  return bench.approve(bench.approval_for("promote.record", arguments));
}

std::string Stage::promote() {
  auto const arguments = subject();
  REQUIRE(code_of(approve(arguments)) == "");
  auto const recorded = record(arguments);
  INFO((recorded.error ? recorded.error->message : ""));
  REQUIRE(recorded.data);
  return std::string(recorded.data->at("id").as_string());
}

std::string Stage::await_seal() {
  changed = "sealed/a.txt";
  issue_capsule();
  begin();
  prove_and_verify();
  auto const published = record(subject());
  INFO((published.error ? published.error->message : ""));
  REQUIRE(published.data);
  REQUIRE(published.data->at("seal") == "required");
  return std::string(published.data->at("id").as_string());
}

ipc::Reply Stage::seal(std::string const& id, int key) {
  return seal_of(bundle(id), key);
}

ipc::Reply Stage::seal_of(Bundle const& made, int key) {
  governance::LineageSeal const body{.promotion = made.id, .digest = made.digest, .record = made.record.hash};
  auto const statement = bench.say(key, governance::StatementKind::lineage, codec::encode(body).as_object());
  return bench.write("promote.seal", {{"id", made.id}, {"statement", codec::encode(statement)}}, "olga");
}

std::string Stage::add_entry(json::array provenance) {
  json::array digests;
  for (auto const& source : provenance) {
    if (source.as_string().starts_with("file:")) digests.emplace_back(lines_of_files());
  }
  auto const added = must("knowledge.add", {{"title", "how it is done"},
                                            {"body", "as it says there"},
                                            {"provenance", std::move(provenance)},
                                            {"digests", std::move(digests)}});
  return std::string(added.data->at("entry").at("id").as_string());
}

json::object Stage::subject_of_entry(std::string const& id) {
  auto const shown = decoded<knowledge::ShowReply>(bench.read("knowledge.show", {{"id", id}})).entry;
  Told told{.here = git_id(kTree),
            .base = "",
            .paths = {},
            .complete = Complete::no,
            .reached = {{git_id(kHead), Ancestor::yes}},
            .files = {},
            .capsules = {},
            .operator_key = to_hex(policy::testing::key_number(1).public_key()) + "\n",
            .sources = std::vector<Seen>{}};
  for (auto const& view : shown.provenance) {
    auto const source = as_text(knowledge::source_in(view));
    if (view.kind == knowledge::SourceKind::file) told.sources->push_back({.source = source, .sha256 = *view.sha256});
    if (view.kind == knowledge::SourceKind::commit) told.reached.push_back({view.value, Ancestor::yes});
  }
  return {{"kind", "knowledge"},   {"unit", json::array{id}},           {"revision", git_id(kHead)},
          {"tree", git_id(kTree)}, {"sums", json::array{shown.digest}}, {"told", codec::encode(told)}};
}

Bundle Stage::bundle(std::string const& id) {
  auto const exported = bench.read("promote.export", {{"id", id}, {"print", true}});
  INFO((exported.error ? exported.error->message : ""));
  REQUIRE(exported.data);
  auto bundle = codec::decode<Bundle>(exported.data->at("bundle"), codec::Unknown::refuse);
  INFO((bundle ? "" : bundle.error().message));
  REQUIRE(bundle);
  return *std::move(bundle);
}

std::string lines_of_files() {
  return hex(sha256("what it says there\n"));
}

json::object with_told(json::object arguments, Told const& told) {
  arguments["told"] = codec::encode(told);
  return arguments;
}

Told told_in(json::object const& arguments) {
  auto told = codec::decode<Told>(arguments.at("told"), codec::Unknown::refuse);
  REQUIRE(told);
  return *std::move(told);
}

std::unique_ptr<Stage> ready() {
  auto stage = std::make_unique<Stage>();
  stage->issue_capsule();
  stage->begin();
  stage->prove_and_verify();
  return stage;
}

std::function<void(Stage&, json::object&)> telling(std::function<void(Told&)> change) {
  return [change = std::move(change)](Stage&, json::object& arguments) {
    auto told = told_in(arguments);
    change(told);
    arguments = with_told(arguments, told);
  };
}

}  // namespace decapod::promote::testing
