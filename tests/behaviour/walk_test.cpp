// Every verb that `decapod capabilities` lists is run, and what it answers is held against what `decapod schema`
// promises.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "support/schema_check.h"
#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace decapod::test;
namespace json = boost::json;

namespace {

struct Row {
  std::string op;
  Arguments arguments;      // "$SCRATCH/NAME" is a file outside of the repository, "$NAME" an id that a row kept
  std::string before = {};  // a script
  std::string keep = {};    // a name for the id of what the row made
};

// As whoever has the operator's key.
Arguments signing(Arguments arguments) {
  arguments.insert(arguments.end(), {"--key", "$SCRATCH/operator.key", "--passphrase-file", "$SCRATCH/word"});
  return arguments;
}

// In this order, in one store, each ends well.
std::vector<Row> const& rows() {
  static std::vector<Row> const list = {
      {"init", {"init"}},
      {"todo.import", {"todo", "import", "backlog.jsonl"}},
      {"todo.add", {"todo", "add", "new", "--label", "l", "--due", "2031-01-01", "--blocked-by", "b-2", "-d", "long"}},
      {"todo.show", {"todo", "show", "b-1"}},
      {"todo.list", {"todo", "list", "--all"}},
      {"todo.ready", {"todo", "ready"}},
      {"todo.search", {"todo", "search", "second"}},
      {"todo.edit", {"todo", "edit", "b-1", "--title", "first, changed", "--defer-until", "2021-01-01"}},
      {"todo.link", {"todo", "link", "b-1", "related", "b-2"}},
      {"todo.unlink", {"todo", "unlink", "b-1", "related", "b-2"}},
      {"todo.comment", {"todo", "comment", "b-1", "a remark"}},
      {"todo.claim", {"todo", "claim", "b-1", "--lease", "1h"}},
      {"todo.renew", {"todo", "renew", "b-1"}},
      {"todo.release", {"todo", "release", "b-1", "--reason", "later"}},
      {"todo.next", {"todo", "next", "--claim"}},
      {"todo.handoff", {"todo", "handoff", "b-1", "--to", "alice", "--summary", "half done"}},
      {"todo.claim", {"todo", "claim", "b-1"}},
      {"todo.done", {"todo", "done", "b-1", "--reason", "it works"}},
      {"todo.reopen", {"todo", "reopen", "b-1"}},
      {"todo.reclaim", {"todo", "reclaim", "--expired"}},
      {"todo.archive", {"todo", "archive", "b-3"}},
      {"todo.history", {"todo", "history", "b-1"}},
      {"todo.stats", {"todo", "stats"}},
      {"todo.export", {"todo", "export"}},
      {"todo.add", {"todo", "add", "named", "--request-id", "walk-1"}},
      {"knowledge.add", {"knowledge", "add", "a", "-b", "old", "-p", "file:backlog.jsonl#L1-L2"}, "", "old"},
      {"knowledge.add", {"knowledge", "add", "b", "-b", "new", "-p", "cmd:true", "-k", "lesson"}, "", "new"},
      {"knowledge.verify", {"knowledge", "verify"}},
      {"knowledge.supersede", {"knowledge", "supersede", "$old", "--by", "$new", "--reason", "it is newer"}},
      {"knowledge.expire", {"knowledge", "expire", "$new", "--reason", "it goes", "--at", "2099-01-01"}},
      {"knowledge.show", {"knowledge", "show", "$old"}},
      {"knowledge.show", {"knowledge", "show", "$new"}},
      {"knowledge.list", {"knowledge", "list", "--all"}},
      {"knowledge.search", {"knowledge", "search", "new"}},
      {"health.claim", {"health", "claim", "main", "tests pass", "-s", "ctest", "--fresh-for", "6h"}, "", "claim"},
      {"health.prove",
       {"health", "prove", "$claim", "-r", "pass", "-c", "ctest", "--exit-code", "0", "--fresh-for", "1h"}},
      {"health.show", {"health", "show", "$claim"}},
      {"health.list", {"health", "list", "--state", "verified"}},
      {"health.summary", {"health", "summary"}},
      {"health.autonomy", {"health", "autonomy", "alice"}},
      {"health.retract", {"health", "retract", "$claim", "--reason", "out of date"}},
      {"health.show", {"health", "show", "$claim"}},
      {"broker.result", {"broker", "result", "walk-1"}},
      {"broker.status", {"broker", "status"}},
      {"broker.audit", {"broker", "audit"}},
      {"broker.checkpoint", {"broker", "checkpoint", "--pin"}},
      {"broker.verify", {"broker", "verify"}},
      {"validate", {"validate", "--store", "repo"}},
      {"broker.snapshot", {"broker", "snapshot", "kept.db"}},
      {"broker.restore", {"broker", "restore", "kept.db"}},
      {"policy.init", {"policy", "init"}},
      {"policy.check", {"policy", "check"}},
      {"policy.operator-init", signing({"policy", "operator-init", "--cost", "least"}), "echo w >../word"},
      {"policy.activate", signing({"policy", "activate"})},
      {"policy.show", {"policy", "show"}},
      {"policy.eval", {"policy", "eval", "todo.reopen", "--params", R"({"id":"b-1"})", "--task", "b-1"}},
      {"policy.approve", signing({"policy", "approve", "todo.archive", "--params", R"({"id":"b-1"})", "--to", "bob"}),
       "", "approval"},
      {"policy.list", {"policy", "list"}},
      {"policy.revoke", signing({"policy", "revoke", "$approval"})},
      {"policy.trust",
       signing({"policy", "trust", "alice", "--for-session", "s1", "--level", "core", "--token-file", "$SCRATCH/t"})},
      {"capsule.issue",
       {"capsule", "issue", "--topic", "first", "--scope", "docs", "--task", "b-2", "--write"},
       "mkdir docs && echo 'What comes first.' >docs/a.md && git add -A && "
       "git -c user.name=t -c user.email=t@invalid commit -q -m files"},
      {"capsule.show", {"capsule", "show", "c-"}},
      {"capsule.list", {"capsule", "list"}},
      {"capsule.verify", {"capsule", "verify", "c-"}},
      {"workunit.init", {"workunit", "init", "b-2", "--intent", "the second works"}},
      {"workunit.attach",
       {"workunit", "attach", "b-2", "--spec", "docs/a.md"},
       R"sh("$D" workunit attach b-2 --capsule "$("$D" capsule list --porcelain | cut -f1)")sh"},
      {"workunit.plan", {"workunit", "plan", "b-2", "tests", "true"}},
      {"workunit.start", {"workunit", "start", "b-2"}},
      {"workunit.assert", {"workunit", "assert", "b-2", "tests", "--result", "passed", "--note", "I looked"}},
      {"workunit.prove", {"workunit", "prove", "b-2", "tests"}},
      {"workunit.claim", {"workunit", "claim", "b-2"}},
      {"workunit.reproduce", signing({"workunit", "reproduce", "b-2", "tests"})},
      {"workunit.verify", {"workunit", "verify", "b-2"}},
      {"workunit.status", {"workunit", "status", "b-2"}},
      {"workunit.show", {"workunit", "show", "b-2"}},
      {"workunit.list", {"workunit", "list"}},
      {"workunit.export", {"workunit", "export", "b-2"}},
      {"promote.check",
       {"promote", "check", "workunit", "b-2"},
       "git add -A && git -c user.name=t -c user.email=t@invalid commit -q -m record &&"
       R"(H=$(DECAPOD_AGENT_ID=alice "$D" promote check workunit b-2 --json | grep -o '"digest":"[0-9a-f]*' |)"
       R"( cut -d'"' -f4); DECAPOD_AGENT_ID=olga "$D" policy approve promote.record --digest "$H" --to alice)"
       " --key ../operator.key --passphrase-file ../word"},
      {"promote.record", {"promote", "record", "workunit", "b-2"}},
      {"promote.show", {"promote", "show", "p-"}},
      {"promote.list", {"promote", "list"}},
      {"promote.export", {"promote", "export", "p-"}},
      {"promote.seal", signing({"promote", "seal", "p-"})},
      {"promote.verify", {"promote", "verify", "p-"}},
      {"workunit.reopen", {"workunit", "reopen", "b-2", "--reason", "more"}},
      {"workunit.revise", {"workunit", "revise", "b-2", "--reason", "more gates"}},
      {"policy.operator-replace",
       signing({"policy", "operator-replace", "--new-key", "$SCRATCH/next.key", "--cost", "least"})},
      {"validate", {"validate", "--store", "repo"}, R"("$D" promote export p-)"},
      {"where", {"where"}},
      {"doctor", {"doctor"}},
      {"help", {"help", "todo"}},
      {"schema", {"schema", "todo", "add"}},
      {"capabilities", {"capabilities"}},
      {"version", {"version"}},
      {"completion", {"completion", "bash"}},
  };
  return list;
}

// `batch` answers with the envelopes of others, one a line, and none of its own.
std::vector<std::string> const kWithoutEnvelope = {"batch"};

constexpr char const* kBacklog = R"({"id":"b-1","title":"first","status":"open","priority":0,"issue_type":"task",)"
                                 R"("created_at":"2025-11-02T21:58:07Z"})"
                                 "\n"
                                 R"({"id":"b-2","title":"second","status":"open","priority":1,"issue_type":"bug",)"
                                 R"("created_at":"2025-11-02T21:58:08Z"})"
                                 "\n"
                                 R"({"id":"b-3","title":"third","status":"closed","priority":2,"issue_type":"task",)"
                                 R"("created_at":"2025-11-02T21:58:09Z"})"
                                 "\n";

std::string text_at(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

struct Listed {
  std::string op;
  std::string access;
};

std::vector<Listed> listed_verbs(TempRepository const& repository) {
  std::vector<Listed> verbs;
  auto const answer = repository.ask({"capabilities"});
  for (auto const& verb : answer.data().at("verbs").as_array())
    verbs.push_back({text_at(verb.as_object(), "op"), text_at(verb.as_object(), "access")});
  REQUIRE(verbs.size() > 30);
  return verbs;
}

// The id of the one thing that a reply is about.
std::string id_in(json::object const& data) {
  for (auto const& member : data) {
    auto const* object = member.value().if_object();
    if (object != nullptr && object->contains("id")) return text_at(*object, "id");
  }
  return "";
}

// The schemas of an operation: {"request": ..., "reply": ...}.
json::object schemas_of(TempRepository const& repository, std::string const& op) {
  Arguments words{"schema"};
  auto const dot = op.find('.');
  words.push_back(op.substr(0, dot));
  if (dot != std::string::npos) words.push_back(op.substr(dot + 1));
  auto const answer = repository.ask(words);
  return answer.data().at("schemas").at(0).as_object();
}

// `arguments` with what stands for something else in its place.
Arguments in_place(Arguments arguments, TempRepository const& repository,
                   std::map<std::string, std::string> const& kept) {
  constexpr std::string_view kScratch = "$SCRATCH/";
  for (auto& argument : arguments) {
    if (argument.starts_with(kScratch))
      argument = repository.scratch(argument.substr(kScratch.size()));
    else if (argument.starts_with('$'))
      argument = kept.at(argument.substr(1));
  }
  return arguments;
}

void check_envelope(Answer const& answer, Listed const& verb) {
  std::set<std::string> members;
  for (auto const& member : answer.envelope) members.insert(std::string(member.key()));
  std::set<std::string> expected{"schema", "ok", "op", "status", "data"};
  if (verb.access != "local") expected.insert("request_id");
  if (verb.access == "write") expected.insert("marker");
  CHECK(members == expected);
  CHECK(answer.envelope.at("schema") == 1);
  CHECK(text_at(answer.envelope, "op") == verb.op);
  CHECK(text_at(answer.envelope, "status") == (verb.access == "write" ? "COMMITTED" : "OK"));
  if (verb.access != "local") CHECK_FALSE(text_at(answer.envelope, "request_id").empty());
  if (verb.access == "write") CHECK(answer.marker().find('.') != std::string::npos);
}

}  // namespace

TEST_CASE("every verb answers what its schema promises") {
  TempRepository repository;
  repository.set_idle(Milliseconds(100'000));
  write_file(repository.path() + "/backlog.jsonl", kBacklog);
  auto const verbs = listed_verbs(repository);
  std::map<std::string, std::string> kept;
  for (auto const& row : rows()) {
    INFO(row.op);
    REQUIRE((row.before.empty() || repository.shell(row.before).status == 0));
    auto const verb = std::ranges::find(verbs, row.op, &Listed::op);
    REQUIRE(verb != verbs.end());
    auto const answer = repository.ask(in_place(row.arguments, repository, kept),
                                       {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
    INFO(told(answer).substr(0, 2000));
    REQUIRE(answer.process.status == 0);
    CHECK(answer.process.error.empty());
    check_envelope(answer, *verb);
    if (!row.keep.empty()) kept[row.keep] = id_in(answer.data());
    auto const schemas = schemas_of(repository, row.op);
    CHECK(violations(schemas.at("reply").as_object(), answer.data(), Undeclared::named) == std::vector<std::string>{});
  }
}

TEST_CASE("the walk covers every verb that has an envelope of its own") {
  TempRepository const repository(TempRepository::Store::absent);
  for (auto const& verb : listed_verbs(repository)) {
    INFO(verb.op);
    bool const walked = std::ranges::count(rows(), verb.op, &Row::op) > 0;
    bool const exempt = std::ranges::count(kWithoutEnvelope, verb.op) > 0;
    CHECK(walked != exempt);
  }
}

TEST_CASE("the checker of schemas names each kind of breach") {
  auto const schema = json::parse(R"({"type":"object","properties":{
      "a":{"type":"string","minLength":1,"maxLength":2,"pattern":"\\S"},
      "b":{"type":"integer","minimum":0,"maximum":4},
      "c":{"type":"array","items":{"type":"string","enum":["x"]},"maxItems":2},
      "d":{"type":"string","format":"date-time"},
      "e":{"type":"object","additionalProperties":{"type":"boolean"},"maxProperties":1},
      "g":{"type":"string","minLength":2}},
      "required":["a"],"additionalProperties":true})")
                          .as_object();
  CHECK(violations(schema, json::parse(R"({"a":"é","b":4,"c":["x"],"d":"2026-01-31T00:00:00Z","e":{"z":true}})"),
                   Undeclared::named)
            .empty());
  auto const broken =
      GENERATE(as<std::string>{}, "[]", "{}", R"({"a":"abc"})", R"({"a":"x","b":5})", R"({"a":"x","b":-1})",
               R"({"a":"x","b":1.5})", R"({"a":"x","c":["y"]})", R"({"a":"x","c":["x","x","x"]})",
               R"({"a":"x","d":"yesterday"})", R"({"a":"x","e":{"z":1}})", R"({"a":"  "})", R"({"a":"x","g":"y"})",
               R"({"a":"x","e":{"y":true,"z":true}})", R"({"a":null})", R"({"a":"x","f":1})");
  INFO(broken);
  CHECK(violations(schema, json::parse(broken), Undeclared::named).size() == 1);
  CHECK(violations({{"multipleOf", 2}}, 4).size() == 1);
}
