// A unit's way from draft to verified, and every way that is refused.

#include <decapod/base/reflect.h>

#include <algorithm>

#include "workunit_fixture.h"

namespace decapod::workunit {
namespace {

using testing::at;
using testing::Desk;
using testing::kBob;

std::string code(ipc::Reply const& reply) {
  return reply.error ? reply.error->code : "";
}

bool names(std::vector<std::string> const& keys, std::string const& key) {
  return std::ranges::find(keys, key) != keys.end();
}

TEST_CASE("a unit goes from draft to verified, and each step is in the trail with the sum of what it left") {
  Desk desk;
  auto const id = desk.unit();
  CHECK(desk.state(id) == "executing");
  auto const proved = desk.prove(id, "tests", at('a'));
  REQUIRE(code(proved) == "");
  CHECK(code(desk.claim(id, at('a'))) == "");
  CHECK(desk.state(id) == "claimed");
  auto const verified = desk.verify(id, at('a'));
  INFO(testing::error_of(verified));
  REQUIRE(code(verified) == "");
  CHECK(desk.state(id) == "verified");

  auto const shown = desk.show(id);
  auto const keys = desk.affected_by_last();
  CHECK(names(keys, "workunit/unit/" + id));
  CHECK(names(keys, "workunit/sum/" + shown.sum));
  REQUIRE(shown.unit.verified);
  CHECK(shown.unit.verified->proofs == std::vector<std::string>{shown.proofs.at(0).id});
  CHECK(shown.unit.verified->at == at('a'));
  CHECK(shown.unit.verified->marker == to_string(Marker{*verified.epoch, *verified.commit_seq}));
  CHECK(shown.proofs.at(0).marker == to_string(Marker{*proved.epoch, *proved.commit_seq}));
  CHECK(desk.findings().empty());
}

TEST_CASE("each verb is refused where the table has no row for it, and names what is allowed") {
  Desk desk;
  auto const id = desk.unit();
  auto const ask = [&](std::string const& verb) {
    if (verb == "claim") return desk.claim(id, at('a'));
    if (verb == "verify") return desk.verify(id, at('a'));
    if (verb == "prove") return desk.prove(id, "tests", at('a'));
    json::object arguments{{"id", id}};
    if (verb == "reopen" || verb == "revise") arguments["reason"] = "because";
    if (verb == "plan") arguments["gate"] = "more";
    if (verb == "plan") arguments["command"] = json::array{"check"};
    if (verb == "attach") arguments["capsule"] = json::array{"c-0123456789abcdef"};
    return desk.write("workunit." + verb, arguments);
  };
  auto const refused = [&](std::vector<std::string> const& verbs, json::array const& allowed) {
    for (auto const& verb : verbs) {
      INFO(desk.state(id) << " " << verb);
      auto const reply = ask(verb);
      CHECK(code(reply) == "BAD_TRANSITION");
      if (reply.error) CHECK(reply.error->details.at("allowed") == json::value(allowed));
    }
  };
  refused({"start", "verify", "reopen", "plan"}, {"claim", "revise"});
  REQUIRE(code(ask("revise")) == "");
  refused({"claim", "verify", "reopen", "revise", "prove"}, {"start"});
  REQUIRE(code(ask("start")) == "");
  REQUIRE(code(ask("prove")) == "");
  REQUIRE(code(ask("claim")) == "");
  refused({"start", "claim", "revise", "plan", "attach"}, {"verify", "reopen"});
  REQUIRE(code(ask("verify")) == "");
  refused({"start", "claim", "verify", "revise", "plan", "attach", "prove"}, {"reopen"});
  REQUIRE(code(ask("reopen")) == "");
  auto const unit = desk.show(id).unit;
  CHECK(unit.state == State::executing);
  CHECK_FALSE(unit.claimed);
  CHECK_FALSE(unit.verified);
  REQUIRE(unit.returned);
  CHECK(unit.returned->from == State::verified);
  CHECK(unit.returned->reason == "because");
}

TEST_CASE("one unit a task, of a task that is there and not finished") {
  Desk desk;
  auto const id = desk.unit();
  json::object const init{{"id", id}, {"intent", "x"}, {"base", std::string(40, '0')}};
  CHECK(code(desk.write("workunit.init", init)) == "ALREADY_EXISTS");
  CHECK(code(desk.write("workunit.init", {{"id", "t-none"}, {"intent", "x"}, {"base", std::string(40, '0')}})) ==
        "NOT_FOUND");
  auto const finished = desk.task();
  REQUIRE(code(desk.write("todo.claim", {{"id", finished}})) == "");
  REQUIRE(code(desk.write("todo.done", {{"id", finished}})) == "");
  CHECK(code(desk.write("workunit.init", {{"id", finished}, {"intent", "x"}, {"base", std::string(40, '0')}})) ==
        "REFUSED");
  auto const open = desk.task();
  CHECK(code(desk.read("workunit.show", {{"id", open}})) == "NOT_FOUND");
  CHECK(code(desk.write("workunit.init", {{"id", open}, {"intent", "x"}, {"base", "../etc"}})) == "TREE_UNKNOWN");
  CHECK(desk.count("SELECT count(*) FROM workunit_unit") == 1);
}

TEST_CASE("an empty plan starts nothing, and a plan is bounded") {
  Desk desk;
  auto const id = desk.task();
  REQUIRE(code(desk.write("workunit.init", {{"id", id}, {"intent", "x"}, {"base", std::string(40, '0')}})) == "");
  CHECK(code(desk.write("workunit.start", {{"id", id}})) == "REFUSED");
  auto const plan = [&](std::string const& gate, json::array command) {
    return code(desk.write("workunit.plan", {{"id", id}, {"gate", gate}, {"command", std::move(command)}}));
  };
  CHECK(plan("Tests", {"x"}) == "BAD_REQUEST");
  CHECK(plan("tests", {}) == "BAD_REQUEST");
  for (int i = 0; i < 32; ++i) CHECK(plan("g" + std::to_string(i), {"x"}) == "");
  CHECK(plan("g32", {"x"}) == "TOO_LARGE");
  CHECK(plan("g0", {"y"}) == "");
  CHECK(desk.show(id).unit.plan.size() == 32);
  CHECK(code(desk.write("workunit.plan", {{"id", id}, {"gate", "g0"}, {"remove", true}})) == "");
  CHECK(code(desk.write("workunit.plan", {{"id", id}, {"gate", "g0"}, {"remove", true}})) == "NOT_FOUND");
  CHECK(desk.show(id).unit.plan.size() == 31);
}

TEST_CASE("what was attached again says what it says now, and a name comes with its hash or not at all") {
  Desk desk;
  auto const id = desk.unit();
  auto const file = [](std::string const& path, char digit) {
    return json::value{
        {"kind", "spec"}, {"name", path}, {"sha256", std::string(64, digit)}, {"revision", std::string(40, '1')}};
  };
  auto const attach = [&](json::array spec, json::array files) {
    return code(desk.write("workunit.attach", {{"id", id}, {"spec", std::move(spec)}, {"files", std::move(files)}}));
  };
  CHECK(attach({"b.md", "a.md"}, {file("b.md", 'b'), file("a.md", 'a')}) == "");
  CHECK(attach({"b.md"}, {file("b.md", 'c')}) == "");
  auto const references = desk.show(id).unit.references;
  REQUIRE(references.size() == 2);
  CHECK(references[0].name == "a.md");
  CHECK(references[1].sha256 == std::string(64, 'c'));
  CHECK(attach({}, {}) == "BAD_REQUEST");
  CHECK(attach({"c.md"}, {}) == "BAD_REQUEST");
  CHECK(attach({}, {file("c.md", 'c')}) == "BAD_REQUEST");
  CHECK(attach({"../c.md"}, {file("../c.md", 'c')}) == "BAD_REQUEST");
  CHECK(attach({"/etc/passwd"}, {file("/etc/passwd", 'c')}) == "BAD_REQUEST");
  CHECK(code(desk.write("workunit.attach", {{"id", id}, {"capsule", json::array{"../../x"}}})) == "BAD_REQUEST");
  CHECK(desk.show(id).unit.references.size() == 2);
}

TEST_CASE("whoever does not hold the task changes nothing of its unit, but may look and verify") {
  Desk desk;
  auto const id = desk.unit();
  auto const claimed = desk.write("todo.claim", {{"id", id}});
  REQUIRE(code(claimed) == "");
  auto const token = claimed.data->at("token").to_number<std::int64_t>();
  CHECK(code(desk.prove(id, "tests", at('a'), Outcome::passed, kBob)) == "NOT_HOLDER");
  CHECK(code(desk.claim(id, at('a'), kBob)) == "NOT_HOLDER");
  CHECK(code(desk.write("workunit.revise", {{"id", id}, {"reason", "x"}}, kBob)) == "NOT_HOLDER");
  CHECK(code(desk.write("workunit.revise", {{"id", id}, {"reason", "x"}, {"token", token + 1}}, kBob)) ==
        "STALE_TOKEN");
  CHECK(code(desk.read("workunit.consider", {{"id", id}, {"gate", "tests"}}, kBob)) == "NOT_HOLDER");
  CHECK(desk.count("SELECT count(*) FROM workunit_proof") == 0);
  // The token goes for its holder, in any session.
  CHECK(code(desk.write("workunit.revise", {{"id", id}, {"reason", "x"}, {"token", token}}, kBob)) == "");
  CHECK(code(desk.write("workunit.start", {{"id", id}})) == "");
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  CHECK(code(desk.claim(id, at('a'))) == "");
  CHECK(code(desk.verify(id, at('a'), {}, kBob)) == "");
}

TEST_CASE("the work unit of an archived task stays as it is") {
  Desk desk;
  auto const id = desk.unit();
  REQUIRE(code(desk.write("todo.claim", {{"id", id}})) == "");
  REQUIRE(code(desk.write("todo.done", {{"id", id}})) == "");
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  REQUIRE(code(desk.write("todo.archive", {{"id", id}})) == "");
  CHECK(code(desk.prove(id, "tests", at('a'))) == "REFUSED");
}

TEST_CASE("verification wants the claimed tree, a proof of every gate there, and says what each lacks") {
  Desk desk;
  auto const id = desk.unit({"tests", "lint", "docs"});
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  CHECK(code(desk.prove(id, "lint", at('b'))) == "");
  CHECK(code(desk.claim(id, at('a'))) == "");
  CHECK(code(desk.verify(id, at('b'))) == "PROOF_MISMATCH");
  auto const lacking = desk.verify(id, at('a'));
  REQUIRE(code(lacking) == "PROOF_INSUFFICIENT");
  auto const& gates = lacking.error->details.at("gates").as_array();
  REQUIRE(gates.size() == 2);
  CHECK(gates[0].at("gate") == "lint");
  CHECK(gates[0].at("lacks") == "this-tree");
  CHECK(testing::word(gates[0].at("tree")) == std::string(40, 'b'));
  CHECK(gates[1].at("gate") == "docs");
  CHECK(gates[1].at("lacks") == "proof");
  CHECK(code(desk.prove(id, "lint", at('a'))) == "");
  CHECK(code(desk.prove(id, "docs", at('a'))) == "");
  CHECK(code(desk.verify(id, at('a'))) == "");
}

TEST_CASE("a proof is fresh for seven days") {
  Desk desk;
  auto const id = desk.unit();
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  CHECK(code(desk.claim(id, at('a'))) == "");
  desk.clock.pass(std::chrono::days(7) + Millis(1));
  auto const stale = desk.verify(id, at('a'));
  REQUIRE(code(stale) == "PROOF_INSUFFICIENT");
  CHECK(stale.error->details.at("gates").at(0).at("lacks") == "freshness");
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  CHECK(code(desk.verify(id, at('a'))) == "");
}

TEST_CASE("labels and paths raise what every proof must be worth, and without a signed policy they refuse") {
  Desk desk;
  auto const id = desk.unit({"tests"}, {"risk:medium"});
  auto const assertion = [&] {
    return code(desk.write(
        "workunit.assert",
        {{"id", id}, {"gate", "tests"}, {"result", "passed"}, {"note", "I looked"}, {"here", codec::encode(at('a'))}}));
  };
  CHECK(assertion() == "");
  CHECK(code(desk.claim(id, at('a'))) == "");
  CHECK(code(desk.verify(id, at('a'))) == "POLICY_REQUIRED");
  desk.sign_policy(governance::ProofLevel::reproduced);
  auto const weak = desk.verify(id, at('a'));
  REQUIRE(code(weak) == "PROOF_INSUFFICIENT");
  CHECK(weak.error->details.at("needed") == "observed");
  CHECK(weak.error->details.at("gates").at(0).at("lacks") == "level");
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  auto const risky = desk.verify(id, at('a'), {"README.md", "core/engine.cpp"});
  REQUIRE(code(risky) == "PROOF_INSUFFICIENT");
  CHECK(risky.error->details.at("needed") == "reproduced");
  // What was not told in full is taken for the worst.
  auto const untold = desk.write("workunit.verify", {{"id", id}, {"here", codec::encode(at('a'))}});
  REQUIRE(code(untold) == "PROOF_INSUFFICIENT");
  CHECK(untold.error->details.at("needed") == "reproduced");
  CHECK(code(desk.verify(id, at('a'), {"README.md"})) == "");
  CHECK(desk.show(id).unit.verified->risk == "medium");
}

TEST_CASE("a document says the same as long as nothing changes, and another thing after") {
  Desk desk;
  auto const id = desk.unit();
  auto const exported = [&] {
    auto const reply = desk.read("workunit.export", {{"id", id}});
    REQUIRE(reply.data);
    return to_text(reply.data->at("document"));
  };
  auto const before = exported();
  desk.clock.pass(std::chrono::days(1));
  CHECK(exported() == before);
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  auto const after = exported();
  CHECK(after != before);
  CHECK(exported() == after);
}

TEST_CASE("a list goes on where the page before has ended") {
  Desk desk;
  for (int i = 0; i < 5; ++i) desk.unit();
  std::vector<std::string> seen;
  std::string cursor;
  do {
    auto const page = desk.read("workunit.list", {{"limit", 2}, {"cursor", cursor}});
    REQUIRE(page.data);
    for (auto const& unit : page.data->at("units").as_array()) seen.emplace_back(unit.at("id").as_string());
    auto const* next = page.data->if_contains("next_cursor");
    cursor = next != nullptr ? std::string(next->as_string()) : "";
  } while (!cursor.empty());
  CHECK(seen.size() == 5);
  CHECK(std::ranges::is_sorted(seen));
  CHECK(desk.read("workunit.list", {{"state", "verified"}}).data->at("units").as_array().empty());
}

}  // namespace
}  // namespace decapod::workunit
