#include <decapod/governance/evaluation.h>
#include <decapod/governance/proposal.h>

#include <catch2/catch.hpp>

#include "told.h"

#include <random>

using namespace decapod;
using namespace decapod::governance;
using Texts = std::vector<std::string>;

namespace {

Document policy() {
  return *parse_proposal(proposal_template());
}

Demand of(Document const& document, std::string_view operation, Texts const& paths, Texts const& labels) {
  return demand_of(document, {.operation = operation, .paths = paths, .labels = labels});
}

using Random = std::mt19937;

template <class T>
T one_of(std::vector<T> const& from, Random& random) {
  return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(random)];
}

Risk any_risk(Random& random) {
  return one_of<Risk>({Risk::low, Risk::medium, Risk::high, Risk::critical}, random);
}

std::string any_path(Random& random) {
  std::string path;
  for (int i = std::uniform_int_distribution<int>(1, 3)(random); i > 0; --i) {
    path += (path.empty() ? "" : "/") + one_of<std::string>({"a", "b", "c", "..", "."}, random);
  }
  return path;
}

// A sound policy with zones over a small alphabet, so that paths meet them.
Document any_policy(Random& random) {
  Document document = built_in();
  document.default_risk = one_of<Risk>({Risk::low, Risk::low, Risk::medium}, random);
  document.zones.clear();
  for (int i = std::uniform_int_distribution<int>(0, 5)(random); i > 0; --i) {
    Zone zone{.name = "z" + std::to_string(i), .risk = any_risk(random)};
    zone.paths = {one_of<std::string>({"a", "a/*", "**/b", "c/**", "a/b/c", "*"}, random)};
    if (i % 2 == 0) zone.operations = {one_of<std::string>({"x.*", "*", "y.do"}, random)};
    if (i % 3 == 0) zone.trust = one_of<Trust>({Trust::untrusted, Trust::verified, Trust::core}, random);
    if (i % 3 == 1) zone.proof = one_of<ProofLevel>({ProofLevel::observed, ProofLevel::reproduced}, random);
    document.zones.push_back(zone);
  }
  REQUIRE(check(document));
  return document;
}

}  // namespace

TEST_CASE("the risk is that of the riskiest thing that is touched") {
  auto const document = policy();
  CHECK(of(document, "todo.add", {}, {}).risk == Risk::low);
  CHECK(of(document, "", {"src/main.cpp"}, {}).risk == Risk::low);
  CHECK(of(document, "", {"src/main.cpp", "web/package.json"}, {}).risk == Risk::medium);
  CHECK(of(document, "", {"web/package.json", ".github/workflows/x.yml"}, {}).risk == Risk::high);
  CHECK(of(document, "", {"src/../.github/x"}, {}).risk == Risk::high);
  CHECK(of(document, "", {"deploy/key.pem"}, {}).risk == Risk::critical);
  CHECK(of(document, "promote.record", {}, {}).risk == Risk::high);
  CHECK(of(document, "promote.record", {}, {"risk:critical"}).risk == Risk::critical);
  CHECK(of(document, "", {}, {"risk:medium", "urgent", "risk:low"}).risk == Risk::medium);
}

TEST_CASE("a path that is none in the repository, and a risk label that names no risk, are taken for the worst") {
  auto const document = policy();
  CHECK(of(document, "", {"../elsewhere"}, {}).risk == Risk::critical);
  CHECK(of(document, "", {"/etc/passwd"}, {}).risk == Risk::critical);
  CHECK(of(document, "", {}, {"risk:lwo"}).risk == Risk::critical);
  CHECK(of(document, "", {}, {"risk:"}).risk == Risk::critical);
}

TEST_CASE("a demand says why, and what it asks for is the strictest of tier and zones") {
  auto document = policy();
  document.zones.push_back(
      {.name = "mine", .risk = Risk::low, .paths = {"mine"}, .trust = Trust::core, .proof = ProofLevel::reproduced});
  auto const demand = of(document, "", {"mine/x", "Cargo.lock"}, {});
  CHECK(demand.risk == Risk::medium);
  CHECK(demand.trust == Trust::core);
  CHECK(demand.proof == ProofLevel::reproduced);
  CHECK(demand.approval == ApprovalNeed::never);
  REQUIRE(demand.reasons.size() == 1);
  CHECK(demand.reasons[0] == "Cargo.lock is in zone 'dependencies': code of others (medium)");
}

TEST_CASE("the last reason, which a refusal quotes, is one that gives the risk") {
  auto const document = policy();
  auto const demand = of(document, "promote.record", {}, {"risk:critical"});
  REQUIRE(demand.risk == Risk::critical);
  REQUIRE(demand.reasons.size() > 1);
  CHECK(demand.reasons.back() == "the task's label (critical)");
  CHECK(of(document, "promote.record", {}, {"risk:low"}).reasons.back().ends_with("(high)"));
}

TEST_CASE("no demand ever gets less by adding a path or a label, or by raising a label") {
  Random random(Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}());
  auto const seed = random();
  random.seed(seed);
  INFO("seed " << seed);
  for (int round = 0; round < 3000; ++round) {
    auto const document = any_policy(random);
    auto const operation = one_of<std::string>({"", "x.add", "y.do", "z"}, random);
    Texts paths;
    Texts labels;
    auto before = of(document, operation, paths, labels);
    for (int step = 0; step < 6; ++step) {
      auto const what = std::uniform_int_distribution<int>(0, 2)(random);
      if (what == 0) paths.insert(paths.begin() + static_cast<std::ptrdiff_t>(paths.size() / 2), any_path(random));
      if (what == 1) labels.push_back("risk:" + std::string(to_text(any_risk(random))));
      if (what == 2 && !labels.empty() && labels.back() != "risk:critical") {
        auto const risk = *risk_of_label(labels.back());
        labels.back() = "risk:" + std::string(to_text(static_cast<Risk>(static_cast<int>(risk) + 1)));
      }
      auto const after = of(document, operation, paths, labels);
      REQUIRE(after.risk >= before.risk);
      REQUIRE(after.trust >= before.trust);
      REQUIRE(after.approval >= before.approval);
      REQUIRE(after.proof >= before.proof);
      REQUIRE(after.zones.size() >= before.zones.size());
      before = after;
    }
  }
}

TEST_CASE("nothing above the lowest risk passes under a policy that nobody has signed") {
  auto document = policy();
  for (auto* tier : {&document.tiers.low, &document.tiers.medium, &document.tiers.high, &document.tiers.critical}) {
    tier->approval = ApprovalNeed::never;
    tier->trust = Trust::untrusted;
  }
  auto const low = of(document, "todo.add", {}, {});
  auto const medium = of(document, "", {"Cargo.lock"}, {});
  CHECK(lacks(low, Endorsed::no, "alice", Trust::basic).empty());
  CHECK(lacks(medium, Endorsed::no, "alice", Trust::core) == std::vector{Lack::policy});
  CHECK(lacks(medium, Endorsed::yes, "alice", Trust::basic).empty());
}

TEST_CASE("what is missing is named in the order in which it has to be had") {
  auto document = policy();
  document.zones.push_back(
      {.name = "own", .risk = Risk::critical, .operations = {"deploy"}, .actors = {"bob", "ci-*"}});
  auto const demand = of(document, "deploy", {}, {});
  using Lacks = std::vector<Lack>;
  CHECK(lacks(demand, Endorsed::no, "alice", Trust::basic) ==
        Lacks{Lack::policy, Lack::actor, Lack::trust, Lack::approval});
  CHECK(lacks(demand, Endorsed::yes, "bob", Trust::verified) == Lacks{Lack::approval});
  CHECK(lacks(demand, Endorsed::yes, "ci-7", Trust::basic) == Lacks{Lack::trust, Lack::approval});
  CHECK(may_act(demand, "bob"));
  CHECK_FALSE(may_act(demand, "bobby"));
}

TEST_CASE("paths that nobody told may be in any zone, and are judged by all of them") {
  auto document = policy();
  document.zones = {{.name = "own", .risk = Risk::low, .paths = {"a/b"}, .actors = {"bob"}},
                    {.name = "sealed", .risk = Risk::low, .paths = {"c"}, .seal = SealNeed::required},
                    {.name = "deeds", .risk = Risk::low, .operations = {"x.*"}, .actors = {"carol"}}};
  document.tiers.critical.seal.reset();
  auto const told = of(document, "", {"README.md"}, {});
  CHECK(told.risk == Risk::low);
  CHECK(may_act(told, "alice"));
  CHECK(told.seal == SealNeed::never);
  for (auto const* path : {"/", "../x", "/etc/passwd"}) {
    auto const untold = of(document, "", {"README.md", path}, {});
    CHECK(untold.risk == Risk::critical);
    CHECK_FALSE(may_act(untold, "alice"));
    CHECK(may_act(untold, "bob"));
    CHECK(untold.seal == SealNeed::required);
    CHECK(untold.zones.size() == 2);
  }
}

TEST_CASE("a seal is asked for by a tier or a zone, and whoever is asked for it is told why") {
  auto document = policy();
  CHECK(of(document, "", {"README.md"}, {}).seal == SealNeed::never);
  auto const critical = of(document, "", {"a.pem"}, {});
  CHECK(critical.seal == SealNeed::required);
  CHECK(critical.reasons.front() == "the tier of critical risk asks for the operator's seal on what is promoted");
  document.zones.push_back({.name = "own", .risk = Risk::low, .operations = {"promote.*"}, .seal = SealNeed::required});
  CHECK(of(document, "promote.record", {}, {}).seal == SealNeed::required);
  CHECK(of(document, "promote.record", {}, {}).reasons.front().find("zone 'own'") == 0);
  // A tier never asks for less than the one below it.
  document.tiers.high.seal = SealNeed::required;
  CHECK(check(document).has_value());
  document.tiers.critical.seal.reset();
  CHECK(check(document).error().details.at("key") == "tiers.critical.seal");
}

TEST_CASE("a policy that does not speak of seals keeps its spelling") {
  auto document = policy();
  document.tiers.critical.seal.reset();
  CHECK(canonical(document).find("seal") == std::string::npos);
  CHECK(canonical(built_in()).find("seal") == std::string::npos);
}
