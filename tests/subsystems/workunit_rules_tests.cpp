#include <rules.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <random>

namespace decapod::workunit {
namespace {

using rules::Act;
using rules::Move;

constexpr Timestamp kNow{1'767'225'600'000};

TEST_CASE("exactly eight moves are allowed") {
  std::map<std::pair<State, Move>, State> const allowed = {
      {{State::draft, Move::start}, State::executing},     {{State::executing, Move::claim}, State::claimed},
      {{State::executing, Move::revise}, State::draft},    {{State::claimed, Move::verify}, State::verified},
      {{State::claimed, Move::reopen}, State::executing},  {{State::claimed, Move::refute}, State::executing},
      {{State::verified, Move::reopen}, State::executing}, {{State::verified, Move::refute}, State::executing},
  };
  for (auto const from : reflect::enum_values<State>) {
    for (auto const move : reflect::enum_values<Move>) {
      INFO(to_text(from) << " " << to_text(move));
      auto const found = allowed.find({from, move});
      auto const to = rules::after(from, move);
      CHECK(to.has_value() == (found != allowed.end()));
      if (to && found != allowed.end()) CHECK(*to == found->second);
    }
  }
}

TEST_CASE("a refused move names those that are allowed") {
  auto const error = rules::refuse_move(Unit{.id = "t-1", .state = State::executing}, Move::verify);
  CHECK(error.code == ErrorCode::bad_transition);
  CHECK(error.details.at("allowed") == json::array({"claim", "revise"}));
  CHECK(error.details.at("state") == "executing");
}

TEST_CASE("what may be done to a unit depends on where it stands") {
  auto const acts = [](State state) {
    std::string names;
    if (rules::allows(state, Act::attach)) names += "attach ";
    if (rules::allows(state, Act::plan)) names += "plan ";
    if (rules::allows(state, Act::prove)) names += "prove ";
    if (rules::allows(state, Act::assert_)) names += "assert ";
    if (rules::allows(state, Act::reproduce)) names += "reproduce ";
    return names;
  };
  CHECK(acts(State::draft) == "attach plan ");
  CHECK(acts(State::executing) == "attach prove assert reproduce ");
  CHECK(acts(State::claimed) == "prove assert reproduce ");
  CHECK(acts(State::verified) == "reproduce ");
}

contract::WorkFacts held_by(std::string actor, std::string session) {
  return {.id = "t-1",
          .title = "work",
          .status = contract::WorkStatus::held,
          .holder =
              contract::WorkHolder{.actor = std::move(actor), .session = std::move(session), .token = 7, .until = kNow},
          .labels = {}};
}

TEST_CASE("a unit belongs to the session that holds its task, and to whoever shows the token") {
  Caller const alice{"alice", "--actor", "s1", "/"};
  auto const code = [&](contract::WorkFacts const& task, std::optional<std::int64_t> token) {
    auto const checked = rules::check_owner(task, alice, token);
    return checked ? std::string("ok") : name_of(checked.error().code);
  };
  CHECK(code(held_by("alice", "s1"), std::nullopt) == "ok");
  CHECK(code(held_by("alice", "s2"), std::nullopt) == "NOT_HOLDER");
  CHECK(code(held_by("alice", "s2"), 7) == "ok");
  CHECK(code(held_by("bob", "s1"), std::nullopt) == "NOT_HOLDER");
  CHECK(code(held_by("bob", "s1"), 8) == "STALE_TOKEN");
  contract::WorkFacts const open{.id = "t-1"};
  CHECK(code(open, std::nullopt) == "ok");
  CHECK(code(open, 7) == "STALE_TOKEN");
  CHECK(rules::check_owner(open, alice, 7).error().hint.find("`decapod todo claim t-1`") != std::string::npos);
}

// Of whoever is trusted.
std::string const kKey(64, 'f');

Proof proof(Level level, Outcome outcome, char tree = 'a', Timestamp made_at = kNow) {
  return {.gate = "tests",
          .level = level,
          .outcome = outcome,
          .command = {"check"},
          .at = {.tree = std::string(40, tree), .head = ""},
          .key = level == Level::reproduced ? std::optional(kKey) : std::nullopt,
          .made_at = made_at};
}

Lack lack_of(std::vector<Proof> const& proofs, Level needed, Timestamp now = kNow) {
  std::vector<PlannedGate> const plan = {{.name = "tests", .command = {"check"}}};
  return rules::judge(plan, proofs, std::string(40, 'a'), needed, now, std::array{kKey}).front().lacks;
}

TEST_CASE("what a gate lacks is told apart") {
  auto const passed = Outcome::passed;
  auto const failed = Outcome::failed;
  CHECK(lack_of({}, Level::asserted) == Lack::proof);
  CHECK(lack_of({proof(Level::observed, passed)}, Level::observed) == Lack::nothing);
  CHECK(lack_of({proof(Level::observed, passed, 'b')}, Level::observed) == Lack::this_tree);
  CHECK(lack_of({proof(Level::observed, failed)}, Level::observed) == Lack::success);
  CHECK(lack_of({proof(Level::observed, passed)}, Level::reproduced) == Lack::level);
  CHECK(lack_of({proof(Level::asserted, passed)}, Level::observed) == Lack::level);
  auto const old = kNow + -(kFreshFor + Millis(1));
  CHECK(lack_of({proof(Level::observed, passed, 'a', old)}, Level::observed) == Lack::freshness);
  CHECK(lack_of({proof(Level::observed, passed, 'a', kNow + -kFreshFor)}, Level::observed) == Lack::nothing);
  auto other_command = proof(Level::observed, passed);
  other_command.command = {"true"};
  CHECK(lack_of({other_command}, Level::asserted) == Lack::this_command);

  // Somebody ran it again, and it failed: nobody who says or sees otherwise outweighs that.
  CHECK(lack_of({proof(Level::observed, passed), proof(Level::reproduced, failed)}, Level::asserted) ==
        Lack::agreement);
  CHECK(lack_of({proof(Level::reproduced, failed), proof(Level::observed, passed)}, Level::asserted) ==
        Lack::agreement);
  CHECK(lack_of({proof(Level::reproduced, failed), proof(Level::reproduced, passed)}, Level::reproduced) ==
        Lack::nothing);
  // Nor does a proof of a higher level outweigh a failure that was seen after it.
  CHECK(lack_of({proof(Level::reproduced, passed), proof(Level::observed, failed)}, Level::asserted) == Lack::success);
  CHECK(lack_of({proof(Level::observed, failed), proof(Level::observed, passed)}, Level::observed) == Lack::nothing);
  // Nor does a sentence outweigh it.
  CHECK(lack_of({proof(Level::reproduced, passed), proof(Level::observed, failed), proof(Level::asserted, passed)},
                Level::asserted) == Lack::success);
  CHECK(lack_of({proof(Level::observed, passed), proof(Level::asserted, failed), proof(Level::observed, passed)},
                Level::observed) == Lack::nothing);
}

TEST_CASE("a command that was seen to fail has failed under whatever name its gate is planned then") {
  auto before = proof(Level::reproduced, Outcome::failed);
  before.gate = "as it was called";
  CHECK(lack_of({before, proof(Level::observed, Outcome::passed)}, Level::observed) == Lack::agreement);
  CHECK(lack_of({before, proof(Level::reproduced, Outcome::passed)}, Level::reproduced) == Lack::nothing);
  auto passed = before;
  passed.outcome = Outcome::passed;
  CHECK(lack_of({passed}, Level::asserted) == Lack::proof);
  before.at.tree = std::string(40, 'b');
  CHECK(lack_of({before, proof(Level::observed, Outcome::passed)}, Level::observed) == Lack::nothing);
}

TEST_CASE("whoever is trusted no more has proved nothing, and what they saw fail has failed") {
  auto gone = proof(Level::reproduced, Outcome::passed);
  gone.key = std::string(64, 'e');
  auto seen_failing = gone;
  seen_failing.outcome = Outcome::failed;
  auto const observed = proof(Level::observed, Outcome::passed);
  CHECK(lack_of({gone}, Level::asserted) == Lack::signer);
  CHECK(lack_of({observed, gone}, Level::reproduced) == Lack::signer);
  CHECK(lack_of({observed, gone}, Level::observed) == Lack::nothing);
  CHECK(lack_of({gone, proof(Level::reproduced, Outcome::passed)}, Level::reproduced) == Lack::nothing);
  CHECK(lack_of({proof(Level::reproduced, Outcome::passed), gone}, Level::reproduced) == Lack::nothing);
  CHECK(lack_of({observed, seen_failing}, Level::observed) == Lack::agreement);
  CHECK(lack_of({proof(Level::observed, Outcome::failed), gone}, Level::asserted) == Lack::success);
}

// The rule once more, in the words of its comment and by looking at everything.
bool is_proved(std::vector<Proof> const& proofs, Level needed, std::string const& tree) {
  std::vector<Proof const*> here;
  for (auto const& one : proofs) {
    bool const counts = one.gate == "tests" || one.outcome == Outcome::failed;
    if (counts && one.command == std::vector<std::string>{"check"} && one.at.tree == tree) here.push_back(&one);
  }
  if (here.empty()) return false;
  auto const newest_of = [&](Level level) {
    return std::ranges::find(here.rbegin(), here.rend(), level, [](auto const* one) { return one->level; });
  };
  auto const highest = (*std::ranges::max_element(here, {}, [](auto const* one) { return one->level; }))->level;
  auto const decisive = newest_of(highest);
  for (auto const level : {Level::asserted, Level::observed, Level::reproduced}) {
    auto const found = newest_of(level);
    if (found != here.rend() && found < decisive && (*found)->outcome == Outcome::failed) return false;
  }
  return highest >= needed && (*decisive)->outcome == Outcome::passed && kNow - (*decisive)->made_at <= kFreshFor;
}

TEST_CASE("whatever was recorded, a gate lacks nothing exactly where the rule says so") {
  auto const seed = Catch::rngSeed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  auto const below = [&](int end) { return std::uniform_int_distribution<int>(0, end - 1)(random); };
  int proved = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Proof> proofs;
    for (int i = below(6); i > 0; --i) {
      auto one = proof(static_cast<Level>(below(3)), static_cast<Outcome>(below(2)), below(4) == 0 ? 'b' : 'a',
                       below(5) == 0 ? kNow + -(kFreshFor * 2) : kNow);
      if (below(8) == 0) one.command = {"true"};
      if (below(8) == 0) one.gate = "other";
      proofs.push_back(std::move(one));
    }
    auto const needed = static_cast<Level>(below(3));
    auto const expected = is_proved(proofs, needed, std::string(40, 'a'));
    REQUIRE((lack_of(proofs, needed) == Lack::nothing) == expected);
    proved += expected ? 1 : 0;
  }
  CHECK(proved > 1000);
}

TEST_CASE("a command passes only if it ended by itself with exit status 0") {
  CHECK(rules::outcome_of({.ending = Ending::exited, .status = 0}) == Outcome::passed);
  CHECK(rules::outcome_of({.ending = Ending::exited, .status = 1}) == Outcome::failed);
  for (auto const ending : reflect::enum_values<Ending>) {
    if (ending != Ending::exited) CHECK(rules::outcome_of({.ending = ending, .status = 0}) == Outcome::failed);
  }
}

TEST_CASE("every part of a proof is in its id") {
  auto const one = proof(Level::observed, Outcome::passed);
  auto const id = rules::id_of(one);
  auto const differs = [&](auto const& change) {
    auto other = one;
    change(other);
    return rules::id_of(other) != id;
  };
  CHECK(differs([](Proof& p) { p.gate = "lint"; }));
  CHECK(differs([](Proof& p) { p.level = Level::reproduced; }));
  CHECK(differs([](Proof& p) { p.outcome = Outcome::failed; }));
  CHECK(differs([](Proof& p) { p.command = {"check "}; }));
  CHECK(differs([](Proof& p) { p.at.tree[39] = 'b'; }));
  CHECK(differs([](Proof& p) { p.at.head = "c"; }));
  CHECK(differs([](Proof& p) { p.run = Run{}; }));
  CHECK(differs([](Proof& p) { p.policy = "d"; }));
  CHECK(differs([](Proof& p) { p.marker = "1.2"; }));
  CHECK(differs([](Proof& p) { p.made_by = "bob"; }));
  CHECK_FALSE(differs([](Proof& p) { p.id = "anything"; }));
}

TEST_CASE("names, commands and paths that cannot be are refused") {
  CHECK(rules::check_gate_name("unit-tests_2.x").has_value());
  for (auto const* name : {"", "-x", ".x", "a b", "A", "a/b", "\xc3\xa9"})
    CHECK_FALSE(rules::check_gate_name(name).has_value());
  CHECK(rules::check_path("src/a.cpp").has_value());
  for (auto const* path : {"", "/", "/a", "a/", "a//b", "./a", "a/..", "../a", "."}) {
    INFO(path);
    CHECK_FALSE(rules::check_path(path).has_value());
  }
  CHECK(rules::check_command(std::vector<std::string>{"a", ""}).has_value());
  CHECK_FALSE(rules::check_command(std::vector<std::string>{}).has_value());
  CHECK_FALSE(rules::check_command(std::vector<std::string>{""}).has_value());
  CHECK_FALSE(rules::check_command(std::vector<std::string>(3, std::string(8'000, 'x'))).has_value());
}

}  // namespace
}  // namespace decapod::workunit
