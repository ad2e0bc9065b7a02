// What a refusal says: what a check says comes before what the policy asks for, each side under its own name.

#include "promote_fixture.h"

#include <functional>

namespace decapod::promote {
namespace {

using policy::testing::code_of;
using testing::git_id;
using testing::ready;
using testing::Stage;
using testing::told_in;
using testing::with_told;

std::string message_of(ipc::Reply const& reply) {
  return reply.error ? reply.error->message : "";
}

// What a check says comes first, whatever the policy would ask of a request that is none.
TEST_CASE("a record that names nothing to promote is refused by a check's words, not by the policy") {
  // As a client that found no such unit asks: it tells of no path, so the policy takes it for critical.
  auto const stage = ready();
  auto const other = stage->bench.add_task({});
  for (auto const& names : {json::array{}, json::array{"t-zzzz"}, json::array{other}}) {
    auto told = told_in(stage->subject());
    told.paths.clear();
    told.complete = Complete::no;
    auto arguments = with_told(stage->subject(), told);
    arguments["unit"] = names;
    auto const checked = stage->check(arguments);
    auto const recorded = stage->record(arguments);
    INFO(to_text(json::value(names)) << ": " << message_of(recorded));
    CHECK(code_of(recorded) == (names.empty() ? "BAD_REQUEST" : "NOT_FOUND"));
    CHECK(code_of(recorded) == code_of(checked));
    CHECK(message_of(recorded) == message_of(checked));
  }
}

TEST_CASE("asking the policy beforehand is answered as the request is, once the paths are told") {
  auto const stage = ready();
  auto const asked = [&](json::array paths) {
    json::object const params{{"kind", "workunit"}, {"unit", json::array{stage->task}}};
    auto const reply = stage->bench.read(
        "policy.eval",
        {{"operation", "promote.record"}, {"params", to_text(json::value(params))}, {"path", std::move(paths)}});
    INFO(message_of(reply));
    REQUIRE(reply.data);
    return *reply.data;
  };
  auto const refused = stage->record(stage->subject());
  REQUIRE(code_of(refused) == "APPROVAL_REQUIRED");
  auto const told = asked({stage->changed});
  CHECK(told.at("risk") == refused.error->details.at("risk"));
  CHECK(told.at("reasons") == refused.error->details.at("reasons"));
  CHECK(told.at("missing") == refused.error->details.at("missing"));
  // Who names none is told what is not known, and how to tell it.
  auto const untold = asked({});
  CHECK(untold.at("risk") == "critical");
  CHECK(to_text(untold.at("reasons")).find("--path") != std::string::npos);
}

TEST_CASE("where only the approval is missing, check and record say so") {
  auto const stage = ready();
  auto const arguments = stage->subject();
  for (auto const& reply : {stage->check(arguments), stage->record(arguments)}) {
    REQUIRE(code_of(reply) == "APPROVAL_REQUIRED");
    CHECK(message_of(reply).find("only the operator's approval is missing: ") != std::string::npos);
    CHECK(message_of(reply).find("decapod policy approve promote.record") != std::string::npos);
  }
}

TEST_CASE("what disagrees is said under its own name, and what is not there as that, with what to do") {
  auto const stage = ready();
  auto const refused = [&](std::function<void(Told&)> const& change) {
    auto told = told_in(stage->subject());
    change(told);
    return message_of(stage->check(with_told(stage->subject(), told)));
  };
  auto const file = "`.decapod/workunits/" + stage->task + ".json`";
  auto const missing = refused([](Told& told) { told.files[0].committed.clear(); });
  CHECK(missing == file + " is not committed: `decapod workunit export " + stage->task + "`, commit it");
  auto const stored = told_in(stage->subject()).files[0].here.substr(0, 12);
  auto const other = refused([](Told& told) { told.files[0].here = std::string(64, 'e'); });
  CHECK(other == file + " is eeeeeeeeeeee in the worktree, and " + stored + " in the store: `decapod workunit export " +
                     stage->task + '`');
  auto const tree = refused([](Told& told) { told.here = git_id('b'); });
  CHECK(tree.starts_with("the worktree has the tree bbbbbbbbbbbb, and HEAD has the tree aaaaaaaaaaaa"));
  auto const both = refused([](Told& told) { told.files.clear(); });
  CHECK(both.find(" is not committed") != std::string::npos);
  CHECK(both.find(" is not in the worktree") != std::string::npos);
  CHECK(both.find("one side") == std::string::npos);
}

TEST_CASE("a verified unit without a capsule is told every step to one") {
  Stage stage;
  stage.begin_without_capsule();
  stage.prove_and_verify();
  auto const reply = stage.check(stage.subject());
  REQUIRE(code_of(reply) == "PROMOTION_CAPSULE_MISSING");
  auto const message = message_of(reply);
  auto const reopen = message.find("workunit reopen " + stage.task + " --reason");
  auto const attach = message.find("workunit attach " + stage.task);
  REQUIRE(reopen != std::string::npos);
  REQUIRE(attach != std::string::npos);
  CHECK(reopen < attach);
  CHECK(reply.error->hint.find("reopen") != std::string::npos);
}

}  // namespace
}  // namespace decapod::promote
