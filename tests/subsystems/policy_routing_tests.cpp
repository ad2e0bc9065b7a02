// Every write is judged in its own transaction, right before its handler: what it is says its declaration, never its
// name, and no way into the engine goes around it.

#include "policy_fixture.h"

#include <decapod/broker/copied_read.h>

#include <algorithm>
#include <functional>
#include <map>

using namespace decapod;
using namespace decapod::policy::testing;

namespace {

// Each declared write of the program.
std::vector<contract::Operation const*> every_mutator() {
  std::vector<contract::Operation const*> found;
  for (auto const* subsystem : every_subsystem()) {
    for (auto const& operation : subsystem->operations) {
      if (operation.type->verb->access == Access::write) found.push_back(&operation);
    }
  }
  return found;
}

// Everything takes an approval, which nobody has.
constexpr std::string_view kNothingGoes = R"(
[[zones]]
name = "all"
risk = "critical"
trust = "untrusted"
approval = "required"
operations = ["*"]
)";

// What a store holds, but for the trail of reads.
std::string content(Bench& bench) {
  std::string text;
  for (auto const* sql :
       {"SELECT count(*) FROM todo_item", "SELECT count(*) FROM audit_mutation", "SELECT count(*) FROM policy_key",
        "SELECT count(*) FROM policy_activation", "SELECT count(*) FROM policy_approval",
        "SELECT count(*) FROM policy_token", "SELECT count(*) FROM policy_revocation",
        "SELECT count(*) FROM policy_use", "SELECT coalesce(max(token), 0) FROM todo_item"}) {
    text += std::to_string(bench.count(sql)) + ' ';
  }
  return text;
}

std::string expected_code(contract::Operation const& operation, std::string const& name) {
  // It says first what no approval would mend: here, that it names nothing to promote.
  if (name == "promote.record") return "BAD_REQUEST";
  if (operation.warrant == contract::Warrant::policy) return "APPROVAL_REQUIRED";
  return name == "policy.operator-init" ? "ALREADY_EXISTS" : "SIGNATURE_INVALID";
}

}  // namespace

TEST_CASE("every declared write is refused where the policy says so: alone, in a group, and as a dry run") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  bench.add_task();
  REQUIRE(code_of(bench.activate(std::string(kNothingGoes))).empty());
  auto const before = content(bench);
  auto const mutators = every_mutator();
  std::vector<ipc::Request> group;
  for (auto const* operation : mutators) {
    auto const name = operation_name(*operation->type->verb);
    INFO(name);
    auto arguments = least_arguments(*operation->type);
    // With some statement, so that it is the policy, or the pinned key, that refuses.
    if (operation->warrant == contract::Warrant::signature) {
      arguments["statement"] = codec::encode(bench.say(7, governance::StatementKind::approval, json::object{{"x", 1}}));
    }
    auto const expected = expected_code(*operation, name);
    CHECK(code_of(bench.write(name, arguments)) == expected);
    auto dry = bench.request(name, arguments);
    dry.dry_run = ipc::DryRun::yes;
    CHECK(code_of(bench.write_all({dry}).front()) == expected);
    group.push_back(bench.request(name, arguments));
    // Nor under the operator's name, which anybody can give.
    group.push_back(bench.request(name, arguments, std::string(kOperator)));
  }
  for (auto const& reply : bench.write_all(group)) CHECK_FALSE(code_of(reply).empty());
  CHECK(mutators.size() > 20);
  CHECK(content(bench) == before);
}

TEST_CASE("what a write is, is what its declaration says, whatever it is called") {
  Bench bench;
  // Sent as reads: nothing is executed.
  for (auto const* operation : every_mutator()) {
    auto const name = operation_name(*operation->type->verb);
    INFO(name);
    CHECK(code_of(bench.read(name, least_arguments(*operation->type))) == "BROKER_ROUTE_REQUIRED");
  }
}

TEST_CASE("no write runs on a store that cannot be written, or on a copy of it") {
  Bench bench;
  bench.add_task();
  auto const before = content(bench);
  std::string expected;
  SECTION("read-only: its directory is what has to change") {
    bench.open_again(storage::OpenMode::read_immutable);
    expected = "NOT_WRITABLE";
  }
  SECTION("a page copy: it goes around the broker") {
    bench.open_again(storage::OpenMode::read_private, contract::Standing::copy);
    expected = "BROKER_ROUTE_REQUIRED";
  }
  SECTION("a copy that could be written") {
    bench.open_again(storage::OpenMode::read_write, contract::Standing::copy);
    expected = "BROKER_ROUTE_REQUIRED";
  }
  for (auto const* operation : every_mutator()) {
    auto const name = operation_name(*operation->type->verb);
    INFO(name);
    auto const refused = bench.write(name, least_arguments(*operation->type));
    REQUIRE(code_of(refused) == expected);
    CHECK(refused.status == ipc::Status::NOT_COMMITTED);
    CHECK_FALSE(refused.error->hint.empty());
  }
  CHECK(content(bench) == before);
}

TEST_CASE("without a signed policy all of the lowest risk works, and nothing above it") {
  Bench bench;
  auto const risky = bench.add_task({"risk:high"});
  auto const refused = bench.write("todo.edit", {{"id", risky}, {"remove_label", {"risk:high"}}});
  REQUIRE(code_of(refused) == "POLICY_REQUIRED");
  CHECK(refused.error->details.at("risk") == "high");
  CHECK(code_of(bench.write("todo.edit", {{"id", risky}, {"add_label", {"risk:low"}}})).empty());
  CHECK(code_of(bench.write("todo.edit", {{"id", risky}, {"priority", 1}})).empty());
  CHECK(code_of(bench.write("todo.claim", {{"id", risky}})).empty());
  CHECK(code_of(bench.write("todo.done", {{"id", risky}})).empty());
}

TEST_CASE("a task is not talked down by an import either") {
  Bench bench;
  auto const risky = bench.add_task({"risk:critical"});
  auto exported = bench.read("todo.export", {}).data->at("items").as_array();
  REQUIRE(exported.size() == 1);
  exported[0].as_object()["labels"] = json::array{"harmless"};
  json::object arguments{{"file", "-"}, {"on_conflict", "update"}, {"items", exported}};
  CHECK(code_of(bench.write("todo.import", arguments)) == "POLICY_REQUIRED");
  arguments["on_conflict"] = "skip";
  CHECK(code_of(bench.write("todo.import", arguments)).empty());
  CHECK(bench.read("todo.show", {{"id", risky}}).data->at("item").at("labels") == json::array{"risk:critical"});
}

namespace {

// Everything is low but this one operation, which nobody may do.
std::string only_forbids(std::string const& operation) {
  return "[[zones]]\nname = \"shut\"\nrisk = \"low\"\napproval = \"required\"\noperations = [\"" + operation + "\"]\n";
}

json::object exported(Bench& bench, std::string const& id) {
  auto const reply = bench.read("todo.export", {});
  for (auto const& item : reply.data->at("items").as_array()) {
    if (item.at("id").as_string() == id) return item.as_object();
  }
  FAIL("there is no " << id);
  return {};
}

ipc::Request import_of(Bench& bench, json::object item) {
  return bench.request("todo.import", {{"file", "-"}, {"on_conflict", "update"}, {"items", json::array{item}}});
}

using Build = std::function<ipc::Request(Bench&, std::string const& id, std::string const& other)>;

// The item as it is here, but for one member.
Build imported(std::string const& member, json::value const& value) {
  return [=](Bench& bench, std::string const& id, std::string const&) {
    auto item = exported(bench, id);
    item[member] = value;
    return import_of(bench, std::move(item));
  };
}

ipc::Request imported_link(Bench& bench, std::string const& id, std::string const& other) {
  auto item = exported(bench, id);
  item["links"] = json::array{json::object{{"kind", "blocks"}, {"other", other}, {"created_by", "eve"}}};
  return import_of(bench, std::move(item));
}

ipc::Request plain(Bench& bench, std::string const& operation, json::object arguments) {
  return bench.request(operation, std::move(arguments));
}

}  // namespace

TEST_CASE("what a write does besides its name is judged, too: no operation is reached by another") {
  struct Way {
    std::string forbidden;
    Build request;
  };
  json::object const remark{{"at", "2026-01-01T00:00:00.000Z"}, {"author", "eve"}, {"text", "said"}};
  std::vector<Way> const ways = {
      {"todo.claim",
       [](auto& bench, auto&, auto&) {
         return plain(bench, "todo.next", {{"claim", true}});
       }},
      {"todo.edit", imported("title", "another")},
      {"todo.done", imported("status", "done")},
      {"todo.archive", imported("status", "archived")},
      {"todo.comment", imported("comments", json::array{remark})},
      {"todo.add", imported("id", "b-77")},
      {"todo.link", &imported_link},
      {"todo.link",
       [](auto& bench, auto& id, auto& other) {
         return plain(bench, "todo.edit", {{"id", id}, {"parent", other}});
       }},
      {"todo.link",
       [](auto& bench, auto& id, auto&) {
         return plain(bench, "todo.add", {{"title", "part"}, {"parent", id}});
       }},
  };
  for (auto const& [forbidden, request] : ways) {
    INFO(forbidden);
    Bench bench;
    REQUIRE(code_of(bench.pin()).empty());
    auto const id = bench.add_task();
    auto const other = bench.add_task();
    REQUIRE(code_of(bench.activate(only_forbids(forbidden))).empty());
    auto const before = content(bench);
    auto const refused = bench.write_all({request(bench, id, other)}).front();
    INFO((refused.error ? refused.error->message : ""));
    CHECK(code_of(refused) == "APPROVAL_REQUIRED");
    CHECK(content(bench) == before);
    // The very same passes where nothing else is asked for.
    REQUIRE(code_of(bench.activate("", 2)).empty());
    auto const passed = bench.write_all({request(bench, id, other)}).front();
    INFO((passed.error ? passed.error->message : ""));
    CHECK(code_of(passed).empty());
  }
}

TEST_CASE("a task is talked down by nobody alone, whatever its tier asks for") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  auto const task = bench.add_task({"risk:medium"});
  REQUIRE(code_of(bench.activate("")).empty());
  json::object const lower{{"id", task}, {"remove_label", {"risk:medium"}}};
  auto const refused = bench.write("todo.edit", lower);
  REQUIRE(code_of(refused) == "APPROVAL_REQUIRED");
  CHECK(refused.error->details.at("risk") == "medium");
  auto const asked = bench.read("policy.eval", {{"operation", "todo.edit"}, {"params", to_text(lower)}});
  CHECK(asked.data->at("missing") == json::array{"approval"});
  auto item = exported(bench, task);
  item["labels"] = json::array{};
  CHECK(code_of(bench.write_all({import_of(bench, item)}).front()) == "APPROVAL_REQUIRED");
  CHECK(bench.read("todo.show", {{"id", task}}).data->at("item").at("labels") == json::array{"risk:medium"});
  REQUIRE(code_of(bench.approve(bench.approval_for("todo.edit", lower))).empty());
  CHECK(code_of(bench.write("todo.edit", lower)).empty());
}

TEST_CASE("a risk label that names no risk is refused, and one that is there may go") {
  Bench bench;
  auto const task = bench.add_task();
  std::vector<ipc::Request> const requests = {
      bench.request("todo.add", {{"title", "one"}, {"label", json::array{"risk:weird"}}}),
      bench.request("todo.edit", {{"id", task}, {"add_label", json::array{"risk:weird"}}}),
  };
  for (auto const& request : requests) {
    INFO(request.op);
    auto const refused = bench.write_all({request}).front();
    REQUIRE(code_of(refused) == "BAD_REQUEST");
    for (auto const* risk : {"risk:low", "risk:medium", "risk:high", "risk:critical"}) {
      CHECK(refused.error->message.find(risk) != std::string::npos);
    }
  }
  bench.tamper("INSERT INTO todo_label SELECT number, 'risk:weird' FROM todo_item");
  CHECK(code_of(bench.write("todo.edit", {{"id", task}, {"remove_label", json::array{"risk:weird"}}})).empty());
}

TEST_CASE("a command that gives more trust has one word for the actor, whatever it is called") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  auto const id = bench.add_task();
  json::object const unlink{{"from", id}, {"kind", "related"}, {"to", id}};
  std::string const name = "x'; touch pwned; '";
  std::string const word = R"(policy trust 'x'\''; touch pwned; '\''' --for-session )";
  auto const asked = bench.read("policy.eval", {{"operation", "todo.unlink"}, {"params", to_text(unlink)}}, name);
  REQUIRE(asked.data);
  std::string const command(asked.data->at("command").as_string());
  INFO(command);
  CHECK(command.find(word) != std::string::npos);
  CHECK(bench.write("todo.unlink", unlink, name).error->hint.find(word) != std::string::npos);
}

TEST_CASE("each refusal of the policy has its code, and says what is missing and what to do") {
  Bench bench;
  auto const id = bench.add_task();
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  struct Row {
    std::string operation;
    json::object arguments;
    std::string code;
    json::array missing;
  };
  Row const rows[] = {
      {"todo.archive", {{"id", id}}, "APPROVAL_REQUIRED", {"approval"}},
      {"todo.reopen", {{"id", id}}, "POLICY_DENIED", {"trust", "approval"}},
      {"todo.unlink", {{"from", id}, {"kind", "related"}, {"to", id}}, "POLICY_DENIED", {"trust"}},
      {"todo.reclaim", {{"expired", true}}, "POLICY_DENIED", {"actor"}},
  };
  for (auto const& [operation, arguments, code, missing] : rows) {
    INFO(operation);
    auto const refused = bench.write(operation, arguments);
    REQUIRE(code_of(refused) == code);
    CHECK(refused.status == ipc::Status::NOT_COMMITTED);
    CHECK(exit_status(*error_code(code)) == ExitStatus::refused);
    CHECK(refused.error->details.at("missing") == missing);
    CHECK_FALSE(refused.error->hint.empty());
    // And that is what asking beforehand says.
    auto const asked = bench.read("policy.eval", {{"operation", operation}, {"params", to_text(arguments)}});
    INFO((asked.error ? asked.error->message : ""));
    REQUIRE(asked.data);
    CHECK(asked.data->at("missing") == missing);
  }
  CHECK(code_of(bench.write("todo.reclaim", {{"expired", true}}, "bob")).empty());
}

TEST_CASE("asking beforehand knows paths, labels and approvals, and changes nothing") {
  Bench bench;
  auto const task = bench.add_task({"risk:medium"});
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate("[[zones]]\nname = \"core\"\nrisk = \"high\"\npaths = [\"core\"]\n" +
                                 careful_policy().substr(0, careful_policy().find("[[zones]]"))))
              .empty());
  auto const risk = [&](json::object const& question) {
    auto const reply = bench.read("policy.eval", question);
    INFO((reply.error ? reply.error->message : ""));
    REQUIRE(reply.data);
    return std::string(reply.data->at("risk").as_string());
  };
  auto const before = content(bench);
  CHECK(risk({{"path", {"docs/a.md"}}}) == "low");
  CHECK(risk({{"path", {"docs/a.md", "docs/../core/x.cpp"}}}) == "high");
  CHECK(risk({{"task", task}}) == "medium");
  CHECK(risk({{"task", task}, {"path", {"../out"}}}) == "critical");
  CHECK(code_of(bench.read("policy.eval", {{"task", "t-none"}})) == "NOT_FOUND");
  CHECK(code_of(bench.read("policy.eval", {{"operation", "no.such"}})) == "UNKNOWN_VERB");
  CHECK(content(bench) == before);
}
