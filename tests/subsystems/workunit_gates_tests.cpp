// Whatever somebody changes in the tables by hand, a gate names.

#include <decapod/base/digest.h>

#include "workunit_fixture.h"

namespace decapod::workunit {
namespace {

using testing::at;
using testing::Desk;
using Codes = std::vector<std::string>;

std::string code(ipc::Reply const& reply) {
  return reply.error ? reply.error->code : "";
}

// Two units, one of them verified with a proof that was reproduced.
struct Tampered {
  Tampered() : other(desk.unit()), id(desk.unit()) {
    desk.sign_policy();
    desk.ruling.keys = {key.public_key()};
    REQUIRE(code(desk.prove(other, "tests", at('c'))) == "");
    REQUIRE(code(desk.prove(id, "tests", at('a'))) == "");
    REQUIRE(code(desk.reproduce(id, "tests", desk.attest(id, "tests", key))) == "");
    REQUIRE(code(desk.claim(id, at('a'))) == "");
    REQUIRE(code(desk.verify(id, at('a'))) == "");
    REQUIRE(desk.findings().empty());
  }
  void set_unit(std::string const& from, std::string const& to) {
    desk.tamper("UPDATE workunit_unit SET body = replace(body, '" + from + "', '" + to + "') WHERE id = '" + id + "'");
  }
  void set_proof(std::string const& level, std::string const& from, std::string const& to) {
    desk.tamper("UPDATE workunit_proof SET body = replace(body, '" + from + "', '" + to + "') WHERE level = '" + level +
                "' AND tree = '" + std::string(40, 'a') + "'");
  }
  Desk desk;
  governance::SecretKey key = governance::SecretKey::generate();
  std::string other;
  std::string id;
};

TEST_CASE("a unit that is not what its last change left behind is named") {
  Tampered store;
  SECTION("its intent") {
    store.set_unit("it works", "it fails");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED"});
  }
  SECTION("its claimed tree") {
    store.set_unit("\"claimed\":{\"at\":{\"tree\":\"a", "\"claimed\":{\"at\":{\"tree\":\"b");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED"});
  }
  SECTION("the spelling of its body") {
    store.set_unit("{\"id\"", "{ \"id\"");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_UNREADABLE"});
  }
  SECTION("its state, in the column alone") {
    store.desk.tamper("UPDATE workunit_unit SET state = 'claimed' WHERE state = 'verified'");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_UNREADABLE"});
  }
  SECTION("the command of its gate") {
    store.set_unit("[\"check\",\"tests\"]", "[\"true\"]");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED", "WORKUNIT_NOT_PROVED"});
  }
  SECTION("a unit of a task that is not there, and of no mutation") {
    store.desk.tamper("UPDATE workunit_unit SET id = 't-zzzz', body = replace(body, '\"" + store.other +
                      "\"', '\"t-zzzz\"') WHERE id = '" + store.other + "'");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_GONE", "WORKUNIT_TASK_MISSING", "WORKUNIT_UNRECORDED"});
  }
}

TEST_CASE("a proof that no committed request recorded is named") {
  Tampered store;
  SECTION("its outcome") {
    store.desk.tamper("UPDATE workunit_proof SET outcome = 'failed' WHERE level = 'reproduced'");
    CHECK(store.desk.findings() == Codes{"PROOF_ALTERED"});
  }
  SECTION("the hash of its output") {
    store.set_proof("observed", std::string(64, 'a'), std::string(63, 'a') + "b");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED", "PROOF_ALTERED"});
  }
  SECTION("the spelling of its body") {
    store.set_proof("observed", "\"gate\":", "\"gate\": ");
    CHECK(store.desk.findings() == Codes{"PROOF_UNREADABLE"});
  }
  SECTION("a proof with a fitting id and the marker of another commit") {
    auto const shown = store.desk.show(store.id);
    auto forged = shown.proofs.at(1);
    forged.made_by = "carol";
    forged.id.clear();
    forged.id = hex(sha256(to_text(codec::encode(forged))));
    store.desk.tamper("UPDATE workunit_proof SET body = '" + to_text(codec::encode(forged)) + "', id = '" + forged.id +
                      "' WHERE level = 'observed' AND tree = '" + std::string(40, 'a') + "'");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED", "PROOF_UNCONFIRMED", "PROOF_GONE"});
  }
  SECTION("its signature") {
    auto const signature = store.desk.show(store.id).proofs.at(0).attestation->signature;
    auto other = signature;
    other.front() = other.front() == '0' ? '1' : '0';
    store.set_proof("reproduced", signature, other);
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED", "PROOF_ALTERED"});
  }
  SECTION("a proof that is gone") {
    store.desk.tamper("DELETE FROM workunit_proof WHERE tree = '" + std::string(40, 'a') + "'");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_ALTERED", "WORKUNIT_NOT_PROVED", "PROOF_GONE", "PROOF_GONE"});
  }
  SECTION("a proof that was put behind a later one") {
    store.desk.tamper("UPDATE workunit_proof SET number = 99 WHERE tree = '" + std::string(40, 'c') + "'");
    CHECK(store.desk.findings() == Codes{"PROOF_MISPLACED"});
  }
  SECTION("all of them, and all units") {
    store.desk.tamper("DELETE FROM workunit_proof");
    store.desk.tamper("DELETE FROM workunit_unit");
    CHECK(store.desk.findings() == Codes{"WORKUNIT_GONE", "WORKUNIT_GONE", "PROOF_GONE", "PROOF_GONE", "PROOF_GONE"});
  }
}

TEST_CASE("a failure that was taken out of the table is missed, although no unit shows it") {
  Tampered store;
  auto& desk = store.desk;
  REQUIRE(code(desk.prove(store.other, "tests", at('a'), Outcome::failed)) == "");
  REQUIRE(code(desk.prove(store.other, "tests", at('b'))) == "");
  desk.tamper("DELETE FROM workunit_proof WHERE outcome = 'failed'");
  CHECK(desk.findings() == Codes{"PROOF_GONE"});
}

TEST_CASE("what was altered by hand is not taken over by the next change") {
  Tampered store;
  auto& desk = store.desk;
  auto const& id = store.id;
  auto const here = codec::encode(at('a'));
  auto const everything_is_refused = [&] {
    CHECK(code(desk.write("workunit.reopen", {{"id", id}, {"reason", "x"}})) == "MARKER_UNCONFIRMED");
    CHECK(code(desk.prove(id, "tests", at('a'))) == "MARKER_UNCONFIRMED");
    CHECK(code(desk.claim(id, at('a'))) == "MARKER_UNCONFIRMED");
    CHECK(code(desk.verify(id, at('a'))) == "MARKER_UNCONFIRMED");
    CHECK(code(desk.write("workunit.assert",
                          {{"id", id}, {"gate", "tests"}, {"result", "passed"}, {"note", "x"}, {"here", here}})) ==
          "MARKER_UNCONFIRMED");
    CHECK(desk.facts_refused(id) == "MARKER_UNCONFIRMED");
    CHECK(desk.findings() != Codes{});
  };
  SECTION("the unit") {
    auto const attestation = desk.attest(id, "tests", store.key);
    store.set_unit("it works", "it fails");
    everything_is_refused();
    CHECK(code(desk.reproduce(id, "tests", attestation)) == "MARKER_UNCONFIRMED");
  }
  SECTION("its newest proof") {
    desk.tamper("DELETE FROM workunit_proof WHERE level = 'reproduced'");
    everything_is_refused();
  }
  SECTION("the unit is gone, and is not begun again") {
    desk.tamper("DELETE FROM workunit_proof WHERE tree = '" + std::string(40, 'a') + "'");
    desk.tamper("DELETE FROM workunit_unit WHERE id = '" + id + "'");
    auto const again =
        desk.write("workunit.init", {{"id", id}, {"intent", "it works"}, {"base", std::string(40, '0')}});
    CHECK(code(again) == "MARKER_UNCONFIRMED");
    CHECK(desk.findings() != Codes{});
  }
  // The other one is as it was.
  CHECK(code(desk.prove(store.other, "tests", at('c'))) == "");
}

TEST_CASE("a verification that grew old is told, and is no failure") {
  Tampered store;
  store.desk.clock.pass(std::chrono::days(8));
  CHECK(store.desk.findings().empty());
}

}  // namespace
}  // namespace decapod::workunit
