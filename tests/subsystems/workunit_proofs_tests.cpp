// What is recorded as a proof, and what is refused.

#include "workunit_fixture.h"

namespace decapod::workunit {
namespace {

using governance::SecretKey;
using testing::at;
using testing::Desk;

std::string code(ipc::Reply const& reply) {
  return reply.error ? reply.error->code : "";
}

constexpr std::string_view kProofs = "SELECT count(*) FROM workunit_proof";

TEST_CASE("files that changed while the command ran prove nothing") {
  Desk desk;
  auto const id = desk.unit();
  auto const prove = [&](Subject const& before, Subject const& after) {
    return desk.write("workunit.prove", {{"id", id},
                                         {"gate", "tests"},
                                         {"before", codec::encode(before)},
                                         {"after", codec::encode(after)},
                                         {"run", testing::run(Outcome::passed)},
                                         {"changed", json::array{"a.txt"}}});
  };
  auto const changed = prove(at('a'), at('b'));
  REQUIRE(code(changed) == "TREE_CHANGED");
  CHECK(testing::word(changed.error->details.at("before")) == std::string(40, 'a'));
  CHECK(testing::word(changed.error->details.at("after")) == std::string(40, 'b'));
  CHECK(changed.error->details.at("changed") == json::array({"a.txt"}));
  CHECK(code(prove(at('a', '1'), at('a', '2'))) == "TREE_CHANGED");
  CHECK(desk.count(kProofs) == 0);
  CHECK(code(prove(at('a'), at('a'))) == "");
  CHECK(desk.count(kProofs) == 1);
}

TEST_CASE("a proof says which gate, which command and which tree, or is none") {
  Desk desk;
  auto const id = desk.unit();
  json::object const whole{{"id", id},
                           {"gate", "tests"},
                           {"before", codec::encode(at('a'))},
                           {"after", codec::encode(at('a'))},
                           {"run", testing::run(Outcome::passed)}};
  auto const with = [&](std::string_view name, json::value value) {
    auto changed = whole;
    changed[name] = std::move(value);
    return changed;
  };
  auto const without = [&](std::string_view name) {
    auto changed = whole;
    changed.erase(name);
    return changed;
  };
  auto const other = desk.write("workunit.prove", with("command", json::array{"true"}));
  REQUIRE(code(other) == "PROOF_MISMATCH");
  CHECK(other.error->details.at("here") == R"(["check","tests"])");
  CHECK(other.error->details.at("proof") == R"(["true"])");
  CHECK(code(desk.write("workunit.prove", with("gate", "test"))) == "NOT_FOUND");
  CHECK(code(desk.write("workunit.prove", without("run"))) == "BAD_REQUEST");
  CHECK(code(desk.write("workunit.prove", without("before"))) == "TREE_UNKNOWN");
  CHECK(code(desk.write("workunit.prove", without("after"))) == "TREE_UNKNOWN");
  CHECK(code(desk.write("workunit.prove", with("after", {{"tree", "x"}, {"head", "y"}}))) == "TREE_UNKNOWN");
  auto run = testing::run(Outcome::passed);
  run["output_sha256"] = "short";
  CHECK(code(desk.write("workunit.prove", with("run", run))) == "BAD_REQUEST");
  CHECK(desk.count(kProofs) == 0);
  CHECK(code(desk.write("workunit.prove", with("command", json::array{"check", "tests"}))) == "");
}

TEST_CASE("a dry run of a proof leaves nothing, and says what would refuse it") {
  Desk desk;
  auto const id = desk.unit();
  json::object const run{
      {"ending", "not-run"}, {"status", 0}, {"output_bytes", 0}, {"output_sha256", ""}, {"took_ms", 0}};
  json::object const arguments{{"id", id}, {"gate", "tests"}, {"run", run}};
  auto const imagined = desk.write("workunit.prove", arguments, testing::kAlice, ipc::DryRun::yes);
  REQUIRE(code(imagined) == "");
  CHECK_FALSE(imagined.data->contains("proof"));
  CHECK(imagined.data->at("command") == json::array({"check", "tests"}));
  CHECK(code(desk.write("workunit.prove", arguments)) == "");
  CHECK(desk.count(kProofs) == 0);
  auto unknown = arguments;
  unknown["gate"] = "lint";
  CHECK(code(desk.write("workunit.prove", unknown, testing::kAlice, ipc::DryRun::yes)) == "NOT_FOUND");
}

TEST_CASE("a failed proof is recorded, and takes back a claim at its tree") {
  Desk desk;
  auto const id = desk.unit();
  CHECK(code(desk.prove(id, "tests", at('a'))) == "");
  CHECK(code(desk.claim(id, at('a'))) == "");
  CHECK(code(desk.prove(id, "tests", at('b'), Outcome::failed)) == "");
  CHECK(desk.state(id) == "claimed");
  auto const failed = desk.prove(id, "tests", at('a'), Outcome::failed);
  REQUIRE(code(failed) == "");
  CHECK(failed.data->at("proof").at("outcome") == "failed");
  CHECK(desk.state(id) == "executing");
  CHECK(desk.show(id).unit.returned->from == State::claimed);
  CHECK(desk.count(kProofs) == 3);
}

TEST_CASE("proofs of one transaction have a marker each, that the store confirms for them alone") {
  Desk desk;
  auto const id = desk.unit();
  json::object const arguments{{"id", id},
                               {"gate", "tests"},
                               {"before", codec::encode(at('a'))},
                               {"after", codec::encode(at('a'))},
                               {"run", testing::run(Outcome::passed)}};
  auto const replies =
      desk.write_all({desk.request("workunit.prove", arguments), desk.request("workunit.prove", arguments)});
  for (auto const& reply : replies) {
    REQUIRE(code(reply) == "");
    CHECK(testing::word(reply.data->at("proof").at("marker")) == to_string(Marker{*reply.epoch, *reply.commit_seq}));
  }
  CHECK(replies[0].data->at("proof").at("marker") != replies[1].data->at("proof").at("marker"));
  CHECK(desk.findings().empty());
}

// A unit with an observed proof at tree a, and the operator's key.
struct Signed {
  Signed() : id(desk.unit()) {
    desk.sign_policy();
    desk.ruling.keys = {key.public_key()};
    REQUIRE(code(desk.prove(id, "tests", at('a'))) == "");
  }
  Desk desk;
  SecretKey key = SecretKey::generate();
  std::string id;
};

TEST_CASE("a proof that was run again and signed by the operator is reproduced, once") {
  Signed signer;
  auto& desk = signer.desk;
  auto const attestation = desk.attest(signer.id, "tests", signer.key);
  auto const reply = desk.reproduce(signer.id, "tests", attestation);
  INFO(testing::error_of(reply));
  REQUIRE(code(reply) == "");
  CHECK(reply.data->at("proof").at("level") == "reproduced");
  CHECK(testing::word(reply.data->at("proof").at("of")) == desk.show(signer.id).proofs.at(1).marker);
  CHECK(code(desk.reproduce(signer.id, "tests", attestation)) == "STATEMENT_REPLAYED");
  CHECK(desk.count(kProofs) == 2);
  CHECK(desk.findings().empty());
}

TEST_CASE("an attestor counts as long as the signed policy names its key") {
  Signed signer;
  auto& desk = signer.desk;
  auto const ci = SecretKey::generate();
  auto const attestation = desk.attest(signer.id, "tests", ci);
  auto const stranger = desk.reproduce(signer.id, "tests", attestation);
  REQUIRE(code(stranger) == "SIGNATURE_INVALID");
  CHECK(testing::word(stranger.error->details.at("key")) == to_hex(ci.public_key()));
  desk.ruling.policy.document.attestors = {{.name = "ci", .key = to_hex(ci.public_key())}};
  desk.ruling.policy.endorsed = governance::Endorsed::no;
  CHECK(code(desk.reproduce(signer.id, "tests", attestation)) == "SIGNATURE_INVALID");
  desk.ruling.policy.endorsed = governance::Endorsed::yes;
  CHECK(code(desk.reproduce(signer.id, "tests", attestation)) == "");
  // A key that was replaced signs nothing any more.
  auto const next = SecretKey::generate();
  desk.ruling.keys.push_back(next.public_key());
  CHECK(code(desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", signer.key))) == "SIGNATURE_INVALID");
  CHECK(code(desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", next))) == "");
}

TEST_CASE("an attestor whom the policy names no more verifies nothing, whatever was signed before") {
  Signed signer;
  auto& desk = signer.desk;
  auto const ci = SecretKey::generate();
  auto const other = SecretKey::generate();
  auto const name = [&](std::vector<governance::Attestor> attestors) {
    desk.sign_policy(governance::ProofLevel::reproduced);
    desk.ruling.policy.document.attestors = std::move(attestors);
  };
  governance::Attestor const named{.name = "ci", .key = to_hex(ci.public_key())};
  json::array const paths{"core/a.cpp"};
  name({named});
  REQUIRE(code(desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", ci))) == "");
  REQUIRE(code(desk.claim(signer.id, at('a'))) == "");
  name({});
  auto const refused = desk.verify(signer.id, at('a'), paths);
  REQUIRE(code(refused) == "PROOF_INSUFFICIENT");
  CHECK(refused.error->details.at("gates").at(0).at("lacks") == "signer");
  name({named});
  REQUIRE(code(desk.verify(signer.id, at('a'), paths)) == "");
  CHECK(desk.facts_refused(signer.id) == "");
  // Nor does it go on to prove to others what was verified then.
  name({});
  CHECK(desk.facts_refused(signer.id) == "SIGNATURE_INVALID");
  CHECK(desk.findings().empty());
  // Of two the one who is still trusted counts, although the other came later.
  name({named, {.name = "other", .key = to_hex(other.public_key())}});
  REQUIRE(code(desk.write("workunit.reopen", {{"id", signer.id}, {"reason", "again"}})) == "");
  REQUIRE(code(desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", other))) == "");
  REQUIRE(code(desk.claim(signer.id, at('a'))) == "");
  name({named});
  CHECK(code(desk.verify(signer.id, at('a'), paths)) == "");
}

TEST_CASE("a signed reproduction is refused wherever it disagrees with what is recorded") {
  Signed signer;
  auto& desk = signer.desk;
  auto const send = [&](Attestation const& attestation) { return desk.reproduce(signer.id, "tests", attestation); };
  auto const changed = [&](auto const& change) {
    auto body = desk.reproduction(signer.id, "tests");
    change(body);
    return send(desk.signed_by(signer.key, body));
  };
  auto const good = desk.reproduction(signer.id, "tests");

  CHECK(code(send(desk.signed_by(signer.key, good, "store-2"))) == "SIGNATURE_INVALID");
  CHECK(code(send(desk.signed_by(signer.key, good, "store-1", governance::StatementKind::approval))) ==
        "SIGNATURE_INVALID");
  auto altered = desk.signed_by(signer.key, good);
  altered.text.replace(altered.text.find("check"), 5, "chuck");
  CHECK(code(send(altered)) == "SIGNATURE_INVALID");
  auto unsigned_one = desk.signed_by(signer.key, good);
  unsigned_one.signature.front() = unsigned_one.signature.front() == '0' ? '1' : '0';
  CHECK(code(send(unsigned_one)) == "SIGNATURE_INVALID");

  auto const tree = changed([](Reproduction& body) { body.at = at('b'); });
  CHECK(code(tree) == "PROOF_MISMATCH");
  CHECK(testing::word(tree.error->details.at("here")) == std::string(40, 'a'));
  CHECK(testing::word(tree.error->details.at("proof")) == std::string(40, 'b'));
  CHECK(code(changed([](Reproduction& body) { body.unit = "t-other"; })) == "PROOF_MISMATCH");
  CHECK(code(changed([](Reproduction& body) { body.gate = "lint"; })) == "PROOF_MISMATCH");
  CHECK(code(changed([](Reproduction& body) { body.command = {"true"}; })) == "PROOF_MISMATCH");
  CHECK(code(changed([](Reproduction& body) { body.proof = std::string(64, '0'); })) == "PROOF_MISMATCH");
  CHECK(code(changed([](Reproduction& body) { body.marker = "1.1"; })) == "PROOF_MISMATCH");
  CHECK(code(changed([](Reproduction& body) { body.run.ending = Ending::not_run; })) == "BAD_REQUEST");
  CHECK(desk.count(kProofs) == 1);
}

TEST_CASE("a proof whose marker the store does not confirm is neither run again nor counted") {
  Signed signer;
  auto& desk = signer.desk;
  auto const attestation = desk.attest(signer.id, "tests", signer.key);
  REQUIRE(code(desk.claim(signer.id, at('a'))) == "");
  desk.tamper("UPDATE workunit_proof SET body = replace(body, '\"made_by\":\"alice\"', '\"made_by\":\"carol\"')");
  CHECK(code(desk.reproduce(signer.id, "tests", attestation)) == "MARKER_UNCONFIRMED");
  CHECK(code(desk.verify(signer.id, at('a'))) == "MARKER_UNCONFIRMED");
  CHECK(desk.state(signer.id) == "claimed");
}

TEST_CASE("a reproduction that fails contradicts what was said to pass, and undoes a verification that rested on it") {
  Signed signer;
  auto& desk = signer.desk;
  REQUIRE(code(desk.claim(signer.id, at('a'))) == "");
  REQUIRE(code(desk.verify(signer.id, at('a'))) == "");
  auto const forged = desk.show(signer.id).proofs.at(0).id;
  auto const reply = desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", signer.key, Outcome::failed));
  REQUIRE(code(reply) == "");
  CHECK(testing::word(reply.data->at("disagrees_with")) == forged);
  CHECK(desk.state(signer.id) == "executing");
  // Running it again in one's own process does not help.
  CHECK(code(desk.prove(signer.id, "tests", at('a'))) == "");
  CHECK(code(desk.claim(signer.id, at('a'))) == "");
  auto const refused = desk.verify(signer.id, at('a'));
  REQUIRE(code(refused) == "PROOF_INSUFFICIENT");
  CHECK(refused.error->details.at("gates").at(0).at("lacks") == "agreement");
  // Nor does it to call the gate otherwise.
  REQUIRE(code(desk.write("workunit.reopen", {{"id", signer.id}, {"reason", "again"}})) == "");
  REQUIRE(code(desk.write("workunit.revise", {{"id", signer.id}, {"reason", "again"}})) == "");
  REQUIRE(code(desk.write("workunit.plan", {{"id", signer.id}, {"gate", "tests"}, {"remove", true}})) == "");
  json::array const same{"check", "tests"};
  REQUIRE(code(desk.write("workunit.plan", {{"id", signer.id}, {"gate", "renamed"}, {"command", same}})) == "");
  REQUIRE(code(desk.write("workunit.start", {{"id", signer.id}})) == "");
  CHECK(code(desk.prove(signer.id, "renamed", at('a'))) == "");
  CHECK(code(desk.claim(signer.id, at('a'))) == "");
  auto const renamed = desk.verify(signer.id, at('a'));
  REQUIRE(code(renamed) == "PROOF_INSUFFICIENT");
  CHECK(renamed.error->details.at("gates").at(0).at("lacks") == "agreement");
}

TEST_CASE("where the policy asks for a reproduction, nothing less verifies") {
  Signed signer;
  auto& desk = signer.desk;
  desk.sign_policy(governance::ProofLevel::reproduced);
  REQUIRE(code(desk.claim(signer.id, at('a'))) == "");
  json::array const paths{"core/a.cpp"};
  // It says what is lacking, and by which command that is had; what would be refused is not offered.
  auto const moves = [&] {
    auto const status = desk.read(
        "workunit.status", {{"id", signer.id}, {"here", codec::encode(at('a'))}, {"paths", paths}, {"complete", true}});
    REQUIRE(status.data);
    return status.data->at("moves").as_array();
  };
  auto const refused = desk.verify(signer.id, at('a'), paths);
  REQUIRE(code(refused) == "PROOF_INSUFFICIENT");
  CHECK(refused.error->message.ends_with("tests needs a proof that was reproduced"));
  CHECK(refused.error->hint.find("workunit reproduce " + signer.id + " tests`") != std::string::npos);
  CHECK(moves() == json::array{"reopen"});
  REQUIRE(code(desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", signer.key))) == "");
  CHECK(moves() == json::array{"verify", "reopen"});
  CHECK(code(desk.verify(signer.id, at('a'), paths)) == "");
}

TEST_CASE("a unit's status says from the first step on where no policy is signed, and no more once one is") {
  Desk desk;
  auto const id = desk.task();
  REQUIRE(code(desk.write("workunit.init", {{"id", id}, {"intent", "x"}, {"base", std::string(40, '1')}})) == "");
  auto const says_so = [&] {
    auto const status = desk.read("workunit.status", {{"id", id}});
    REQUIRE(status.data);
    return to_text(status.data->at("reasons")).find("no policy is signed") != std::string::npos;
  };
  CHECK(says_so());
  desk.sign_policy();
  CHECK_FALSE(says_so());
}

TEST_CASE("a draft without a plan is not said to be ready for its start") {
  Desk desk;
  auto const id = desk.task();
  REQUIRE(code(desk.write("workunit.init", {{"id", id}, {"intent", "x"}, {"base", std::string(40, '1')}})) == "");
  auto const moves = [&] { return desk.read("workunit.status", {{"id", id}}).data->at("moves").as_array(); };
  CHECK(moves().empty());
  REQUIRE(code(desk.write("workunit.plan", {{"id", id}, {"gate", "tests"}, {"command", {"check"}}})) == "");
  CHECK(moves() == json::array{"start"});
}

TEST_CASE("many later proofs push none out of sight that decides") {
  Signed signer;
  auto& desk = signer.desk;
  REQUIRE(code(desk.reproduce(signer.id, "tests", desk.attest(signer.id, "tests", signer.key, Outcome::failed))) == "");
  json::object const arguments{{"id", signer.id},
                               {"gate", "tests"},
                               {"before", codec::encode(at('a'))},
                               {"after", codec::encode(at('a'))},
                               {"run", testing::run(Outcome::passed)}};
  std::vector<ipc::Request> many;
  for (int i = 0; i < 200; ++i) many.push_back(desk.request("workunit.prove", arguments));
  desk.write_all(many);
  CHECK(desk.count(kProofs) == 202);
  REQUIRE(code(desk.claim(signer.id, at('a'))) == "");
  CHECK(code(desk.verify(signer.id, at('a'))) == "PROOF_INSUFFICIENT");
}

}  // namespace
}  // namespace decapod::workunit
