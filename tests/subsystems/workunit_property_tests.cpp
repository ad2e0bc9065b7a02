// Whatever agents ask for, in whatever order, a unit is verified only with proofs of the level that the policy asks
// for, of every gate, at one and the same tree; and no failure there goes unanswered.

#include <map>
#include <random>

#include "workunit_fixture.h"

namespace decapod::workunit {
namespace {

using testing::at;
using testing::Desk;

constexpr int kGroups = 250;
constexpr int kInGroup = 20;

// What was answered, told again by somebody who knows no rule but that of the first lines.
class Witness {
 public:
  void saw(ipc::Request const& request, ipc::Reply const& reply) {
    if (reply.error || !reply.data) return;
    auto const& data = *reply.data;
    if (request.op == "workunit.plan") {
      plan_[std::string(request.arguments.at("gate").as_string())] = request.arguments.at("command");
    } else if (auto const* proof = data.if_contains("proof")) {
      proofs_.push_back(proof->as_object());
    } else if (request.op == "workunit.verify") {
      ++verified;
      judge(data);
    }
  }

  int verified = 0;

 private:
  void judge(json::object const& data) {
    auto const tree = std::string(data.at("at").at("tree").as_string());
    auto const needed = *from_text<Level>(data.at("level").as_string());
    for (auto const* gate : {"tests", "lint"}) {
      std::map<Level, std::string> newest;
      std::string last;
      for (auto const& proof : proofs_) {
        if (proof.at("gate").as_string() != gate || proof.at("at").at("tree").as_string() != tree) continue;
        if (plan_.contains(gate) && proof.at("command") != plan_.at(gate)) continue;
        last = proof.at("outcome").as_string();
        newest[*from_text<Level>(proof.at("level").as_string())] = last;
      }
      INFO(gate << " at " << tree);
      REQUIRE_FALSE(newest.empty());
      CHECK(newest.rbegin()->first >= needed);
      CHECK(newest.rbegin()->second == "passed");
      CHECK(last == "passed");
    }
  }

  std::map<std::string, json::value> plan_;  // what was changed of it
  std::vector<json::object> proofs_;
};

class Agents {
 public:
  Agents(Desk& desk, std::string id, std::mt19937& random) : desk_(desk), id_(std::move(id)), random_(random) {}

  ipc::Request any() {
    auto const where = codec::encode(at(below(3) == 0 ? 'b' : 'a'));
    auto const outcome = below(4) == 0 ? Outcome::failed : Outcome::passed;
    auto const* const gate = below(2) == 0 ? "tests" : "lint";
    json::object arguments{{"id", id_}};
    switch (below(11)) {
      case 0:
        arguments["here"] = where;
        arguments["gate"] = gate;
        arguments["note"] = "said";
        arguments["result"] = to_text(outcome);
        return desk_.request("workunit.assert", arguments);
      case 1:
        arguments["here"] = where;
        return desk_.request("workunit.claim", arguments);
      case 2:
      case 3:
      case 4:
        arguments["here"] = where;
        arguments["complete"] = true;
        arguments["paths"] = below(2) == 0 ? json::array{"core/a"} : json::array{"README.md"};
        return desk_.request("workunit.verify", arguments);
      case 5:
        if (below(4) == 0) {
          arguments["reason"] = "again";
          return desk_.request(below(2) == 0 ? "workunit.reopen" : "workunit.revise", arguments);
        }
        return desk_.request("workunit.start", arguments);
      case 6:
        arguments["gate"] = gate;
        arguments["command"] = below(5) == 0 ? json::array{"true"} : json::array{"check", gate};
        return desk_.request("workunit.plan", arguments);
      case 7:
        // What an agent makes up, for want of the key.
        arguments["gate"] = gate;
        arguments["attestation"] = {{"text", "{\"kind\":\"proof\"}"}, {"signature", std::string(128, '0')}};
        return desk_.request("workunit.reproduce", arguments);
      default:
        break;
    }
    arguments["gate"] = gate;
    arguments["before"] = where;
    arguments["after"] = below(6) == 0 ? codec::encode(at('d')) : where;
    arguments["run"] = testing::run(outcome);
    return desk_.request("workunit.prove", arguments);
  }

 private:
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

  Desk& desk_;
  std::string id_;
  std::mt19937& random_;
};

TEST_CASE("no sequence of requests verifies a unit without the proofs that the policy asks for") {
  auto const seed = Catch::rngSeed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Desk desk;
  desk.sign_policy(governance::ProofLevel::reproduced);
  auto const key = governance::SecretKey::generate();
  desk.ruling.keys = {key.public_key()};
  auto const id = desk.unit({"tests", "lint"}, {"risk:medium"});
  Agents agents(desk, id, random);
  Witness witness;
  int signed_ones = 0;
  for (int group = 0; group < kGroups; ++group) {
    std::vector<ipc::Request> requests;
    for (int i = 0; i < kInGroup; ++i) requests.push_back(agents.any());
    auto const replies = desk.write_all(requests);
    for (std::size_t i = 0; i < replies.size(); ++i) witness.saw(requests[i], replies[i]);
    // Now and then the operator runs something again.
    auto const* const gate = random() % 2 == 0 ? "tests" : "lint";
    auto const considered = desk.read("workunit.consider", {{"id", id}, {"gate", gate}, {"purpose", "reproduce"}});
    if (considered.error) continue;
    auto const outcome = random() % 4 == 0 ? Outcome::failed : Outcome::passed;
    witness.saw({}, desk.reproduce(id, gate, desk.attest(id, gate, key, outcome)));
    ++signed_ones;
  }
  INFO(witness.verified << " verified, " << signed_ones << " run again");
  CHECK(witness.verified > 10);
  CHECK(desk.findings().empty());
}

TEST_CASE("without the operator's key no sequence of requests verifies what the policy wants reproduced") {
  auto const seed = Catch::rngSeed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Desk desk;
  desk.sign_policy(governance::ProofLevel::reproduced);
  desk.ruling.policy.document.tiers.medium.proof = governance::ProofLevel::reproduced;
  desk.ruling.keys = {governance::SecretKey::generate().public_key()};
  auto const id = desk.unit({"tests", "lint"}, {"risk:medium"});
  Agents agents(desk, id, random);
  for (int group = 0; group < kGroups; ++group) {
    std::vector<ipc::Request> requests;
    for (int i = 0; i < kInGroup; ++i) requests.push_back(agents.any());
    for (auto const& reply : desk.write_all(requests)) {
      if (reply.data && !reply.error) REQUIRE(reply.data->at("state") != "verified");
    }
  }
  CHECK(desk.count("SELECT count(*) FROM workunit_proof WHERE level = 'reproduced'") == 0);
  CHECK(desk.count("SELECT count(*) FROM workunit_proof WHERE level = 'observed'") > 100);
}

}  // namespace
}  // namespace decapod::workunit
