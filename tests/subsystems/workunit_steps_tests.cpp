// What is useful to do next with a unit is what leads on from where it stands.

#include <next_steps.h>

#include <catch2/catch.hpp>

namespace decapod::workunit {
namespace {

using Steps = std::vector<std::string>;

StatusReply status_in(State state, std::int64_t capsules, std::vector<Lack> const& lacks) {
  StatusReply status{.id = "t-4k2m", .state = state, .capsules = capsules};
  status.here = status.judged_at = Subject{.tree = std::string(40, 'a'), .head = std::string(40, 'b')};
  for (std::size_t i = 0; i < lacks.size(); ++i) {
    status.gates.push_back({.gate = "g" + std::to_string(i), .lacks = lacks[i]});
  }
  return status;
}

TEST_CASE("a draft is given a capsule and a plan before it is started") {
  CHECK(next_steps(status_in(State::draft, 0, {})) ==
        Steps{"decapod capsule issue --task t-4k2m --topic WORDS --scope SCOPE",
              "decapod workunit attach t-4k2m --capsule CAPSULE", "decapod workunit plan t-4k2m GATE -- COMMAND",
              "decapod workunit start t-4k2m"});
  CHECK(next_steps(status_in(State::draft, 1, {Lack::proof})) == Steps{"decapod workunit start t-4k2m"});
}

TEST_CASE("what is executed is proved gate by gate, then claimed, then verified, then published") {
  CHECK(next_steps(status_in(State::executing, 1, {Lack::nothing, Lack::proof, Lack::this_tree})) ==
        Steps{"decapod workunit prove t-4k2m g1", "decapod workunit prove t-4k2m g2", "decapod workunit claim t-4k2m"});
  CHECK(next_steps(status_in(State::claimed, 1, {Lack::success})) ==
        Steps{"decapod workunit prove t-4k2m g0", "decapod workunit verify t-4k2m"});
  CHECK(next_steps(status_in(State::verified, 1, {Lack::nothing})) ==
        Steps{"decapod workunit export t-4k2m", "git add -A && git commit -m 'workunit t-4k2m'",
              "decapod promote check workunit t-4k2m"});
}

TEST_CASE("a claim that cannot lead on is reopened: without a capsule, and of other files than are there") {
  CHECK(next_steps(status_in(State::claimed, 0, {Lack::nothing})) ==
        Steps{"decapod workunit reopen t-4k2m --reason 'no capsule is attached'"});
  CHECK(next_steps(status_in(State::claimed, 1, {Lack::this_command})) ==
        Steps{"decapod workunit reopen t-4k2m --reason 'a gate was proved by another command'"});
  auto other = status_in(State::claimed, 1, {Lack::nothing});
  other.here->tree = std::string(40, 'c');
  CHECK(next_steps(other) ==
        Steps{"decapod workunit reopen t-4k2m --reason 'the files are not those that were claimed'"});
  CHECK(next_steps(status_in(State::verified, 0, {Lack::nothing})) ==
        Steps{"decapod workunit reopen t-4k2m --reason 'no capsule is attached'"});
}

TEST_CASE("a proof that somebody else's key has to sign is reproduced, not proved again") {
  auto status = status_in(State::executing, 1, {Lack::level});
  status.needed = Level::reproduced;
  status.gates[0].level = Level::observed;
  CHECK(next_steps(status) == Steps{"decapod workunit reproduce t-4k2m g0", "decapod workunit claim t-4k2m"});
}

TEST_CASE("an id that a shell would not take as it is stands between quotes") {
  auto status = status_in(State::draft, 1, {Lack::proof});
  status.id = "a;b";
  CHECK(next_steps(status) == Steps{"decapod workunit start 'a;b'"});
}

}  // namespace
}  // namespace decapod::workunit
