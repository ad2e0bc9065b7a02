#include <decapod/contract/authority.h>
#include <handlers.h>
#include <subsystem.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "handler_store.h"

namespace decapod::health {
namespace {

using test::caller;

std::uint32_t seed() {
  static std::uint32_t const value = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  return value;
}

// One who has this token has been vouched for.
constexpr std::string_view kToken = "signed by the operator";
Result<governance::Trust> trust(contract::Context& context) {
  return context.token() == kToken ? governance::Trust::verified : governance::Trust::basic;
}
constexpr contract::Authority kAuthority{.trust = &trust};
constexpr contract::Subsystem kPolicy{.name = "policy", .authority = &kAuthority};

class Health : public test::HandlerStore {
 public:
  Health() : HandlerStore(subsystem) { subsystems.push_back(&kPolicy); }

  std::string claim(std::string statement, Caller const& who = caller("alice", "s1")) {
    auto const reply =
        ask(&health::claim, Claim{.subject = "main", .statement = std::move(statement), .surface = "ctest"}, who);
    REQUIRE(reply);
    return reply->claim.id;
  }
  State prove(std::string const& id, Outcome result, std::string surface = "ctest",
              Caller const& who = caller("alice", "s1")) {
    auto const reply = ask(&health::prove, Prove{.id = id, .result = result, .surface = surface, .command = "x"}, who);
    REQUIRE(reply);
    return reply->claim.state;
  }
  Standing standing(std::string const& actor) {
    auto const reply = ask(&autonomy, AutonomyOf{actor});
    REQUIRE(reply);
    return reply->standing;
  }
  ErrorCode refusal(Prove const& request) {
    auto const reply = ask(&health::prove, request);
    REQUIRE(reply.has_error());
    return reply.error().code;
  }
};

TEST_CASE("a claim is asserted, verified by a proof, and stale at its time without anybody writing") {
  Health health;
  auto const id = health.claim("tests pass");
  REQUIRE(health.affected.size() == 2);
  CHECK(health.affected[0] == "health/claim/" + id);
  CHECK(health.affected[1].starts_with("health/said/" + id + '/'));
  CHECK(health.ask(&show, Show{id})->claim.state == State::asserted);
  CHECK(health.prove(id, Outcome::pass) == State::verified);
  auto const end = health.now.wall + kFreshDefault;
  CHECK(health.ask(&show, Show{id})->claim.stale_at == end);
  CHECK(health.valid_until == end);
  CHECK(health.ask(&list, List{})->claims.at(0).state == State::verified);
  CHECK(health.valid_until == end);
  health.pass(kFreshDefault - Millis(1));
  CHECK(health.ask(&show, Show{id})->claim.state == State::verified);
  health.pass(Millis(1));
  CHECK(health.ask(&show, Show{id})->claim.state == State::stale);
  CHECK_FALSE(health.valid_until);
  CHECK(health.ask(&list, List{.state = State::stale})->claims.size() == 1);
  CHECK(health.prove(id, Outcome::fail, "ci") == State::contradicted);
  CHECK(health.prove(id, Outcome::pass) == State::contradicted);
  CHECK(health.prove(id, Outcome::pass, "ci") == State::verified);
  CHECK(health.ask(&show, Show{id})->claim.proofs_total == 4);
  CHECK(health.gate_codes().empty());
}

TEST_CASE("a proof that names nothing or contradicts itself is not recorded") {
  Health health;
  auto const id = health.claim("tests pass");
  CHECK(health.refusal({.id = id}) == ErrorCode::bad_request);
  CHECK(health.refusal({.id = id, .exit_code = 0, .commit = "3f2a1c9"}) == ErrorCode::bad_request);
  CHECK(health.refusal({.id = id, .command = "x", .exit_code = 1}) == ErrorCode::bad_request);
  CHECK(health.refusal({.id = id, .result = Outcome::fail, .command = "x", .exit_code = 0}) == ErrorCode::bad_request);
  CHECK(health.refusal({.id = id, .commit = "not hex"}) == ErrorCode::bad_request);
  CHECK(health.refusal({.id = id, .command = "x", .output_sha256 = std::string(64, 'x')}) == ErrorCode::bad_request);
  CHECK(health.count("SELECT count(*) FROM health_proof") == 0);
  CHECK(health.refusal({.id = id, .command = "x", .fresh_for_ms = kFreshDefault + Millis(1)}) ==
        ErrorCode::bad_request);
  CHECK(health.count("SELECT count(*) FROM health_proof") == 0);
}

TEST_CASE("a proof holds for as long as it says, and at most as long as its claim") {
  Health health;
  auto const id = health.claim("tests pass");
  auto const reply = health.ask(&prove, Prove{.id = id, .command = "x", .fresh_for_ms = Millis(1000)});
  CHECK(reply->claim.stale_at == health.now.wall + Millis(1000));
  health.pass(Millis(1000));
  CHECK(health.ask(&show, Show{id})->claim.state == State::stale);
}

TEST_CASE("whoever fills a claim with other surfaces does not keep it from being proved on its own") {
  Health health;
  auto const id = health.claim("tests pass");
  auto const mallory = caller("mallory", "m");
  for (int i = 0; i < kSurfacesMax; ++i) health.prove(id, Outcome::pass, "s" + std::to_string(i), mallory);
  CHECK(health.refusal({.id = id, .surface = "one more", .command = "x"}) == ErrorCode::refused);
  CHECK(health.prove(id, Outcome::pass, "s0", mallory) == State::asserted);
  CHECK(health.prove(id, Outcome::pass) == State::verified);
}

TEST_CASE("a claim is made once at a time, and retracted by whoever made it, once") {
  Health health;
  auto const id = health.claim("tests pass");
  Claim const same{.subject = "main", .statement = "tests pass", .surface = "ctest"};
  CHECK(health.ask(&claim, same).error().code == ErrorCode::already_exists);
  CHECK(health.ask(&claim, same, caller("bob", "s2")));
  CHECK(health.ask(&retract, Retract{id, "x"}, caller("bob", "s2")).error().code == ErrorCode::refused);
  REQUIRE(health.ask(&retract, Retract{id, "out of date"}));
  CHECK(health.ask(&retract, Retract{id, "x"}).error().code == ErrorCode::bad_transition);
  CHECK(health.refusal({.id = id, .command = "x"}) == ErrorCode::bad_transition);
  CHECK(health.ask(&list, List{})->claims.size() == 1);
  CHECK(health.ask(&list, List{.all = All::yes})->claims.size() == 2);
  CHECK(health.claim("tests pass") != id);
}

TEST_CASE("a level comes from the actor's own claims and proofs, and from evidence against them") {
  Health health;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(health.claim("claim " + std::to_string(i)));
  for (auto const& id : ids) health.prove(id, Outcome::pass, "ctest", caller("bob", "s2"));
  CHECK(health.standing("alice").verified == 0);
  CHECK(health.standing("alice").level == Autonomy::basic);
  // A name alone raises nobody.
  for (auto const& id : ids) health.prove(id, Outcome::pass);
  CHECK(health.standing("alice").verified == 5);
  CHECK(health.standing("alice").level == Autonomy::basic);
  health.token = kToken;
  for (auto const& id : ids) health.prove(id, Outcome::pass);
  CHECK(health.standing("alice").vouched == 5);
  CHECK(health.standing("alice").level == Autonomy::verified);
  CHECK(health.ask(&show, Show{ids[0]})->claim.proofs.at(0).vouched == Vouched::yes);
  health.token.clear();
  CHECK(health.standing("bob").level == Autonomy::basic);
  // What others claim about it does not count.
  Claim const about{.subject = "alice", .statement = "is not to be trusted", .surface = "eyes"};
  auto const said = health.ask(&claim, about, caller("bob", "s2"));
  health.prove(said->claim.id, Outcome::pass, "eyes", caller("bob", "s2"));
  CHECK(health.standing("alice").level == Autonomy::verified);
  health.prove(ids[0], Outcome::fail, "ci", caller("bob", "s2"));
  CHECK(health.standing("alice").level == Autonomy::basic);
  REQUIRE(health.ask(&retract, Retract{ids[0], "never mind"}));
  CHECK(health.standing("alice").contradicted == 1);
  CHECK(health.standing("alice").level == Autonomy::basic);
  auto const all = health.ask(&summary, Summary{});
  CHECK(all->claims == 5);
  CHECK(all->retracted == 1);
  CHECK(all->by_state.at("verified") == 5);
  CHECK(all->actors.size() == 2);
}

TEST_CASE("whatever is claimed and retracted, without proofs no level rises") {
  INFO("seed " << seed());
  std::mt19937 random(seed());
  Health health;
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    ids.push_back(health.claim("start " + std::to_string(i)));
    health.token = random() % 4 == 0 ? "" : kToken;
    health.prove(ids.back(), random() % 3 == 0 ? Outcome::fail : Outcome::pass);
  }
  auto level = health.standing("alice").level;
  for (int i = 0; i < 300; ++i) {
    if (random() % 2 == 0) {
      ids.push_back(health.claim("more " + std::to_string(i)));
    } else {
      (void)health.ask(&retract, Retract{ids[random() % ids.size()], "x"});
    }
    if (random() % 10 == 0) health.pass(Millis(random() % 10'000'000));
    auto const next = health.standing("alice").level;
    REQUIRE(next <= level);
    level = next;
  }
  CHECK(health.gate_codes().empty());
}

TEST_CASE("a level says until when it holds, and falls by time alone exactly then") {
  Health health;
  health.token = kToken;
  for (int i = 0; i < 5; ++i) health.prove(health.claim("claim " + std::to_string(i)), Outcome::pass);
  CHECK(health.standing("alice").level == Autonomy::verified);
  auto const end = health.now.wall + kFreshDefault;
  CHECK(health.valid_until == end);
  health.pass(kFreshDefault - Millis(1));
  CHECK(health.standing("alice").level == Autonomy::verified);
  health.pass(Millis(1));
  CHECK(health.standing("alice").level == Autonomy::basic);
  CHECK(health.standing("alice").stale == 5);
  CHECK_FALSE(health.valid_until);
}

TEST_CASE("pages of claims hold each once, newest first") {
  Health health;
  std::vector<std::string> made;
  for (int i = 0; i < 13; ++i) made.insert(made.begin(), health.claim("claim " + std::to_string(i)));
  std::vector<std::string> seen;
  List request{.limit = 4};
  do {
    auto const page = health.ask(&list, request);
    REQUIRE(page);
    for (auto const& one : page->claims) seen.push_back(one.id);
    request.cursor = page->next_cursor;
  } while (request.cursor);
  CHECK(seen == made);
}

TEST_CASE("each gate over claims finds what breaks it, and only that") {
  using Codes = std::vector<std::string>;
  Health health;
  auto const id = health.claim("a"), other = health.claim("b");
  health.prove(id, Outcome::fail);
  health.prove(id, Outcome::pass);
  REQUIRE(health.ask(&retract, Retract{other, "x"}));
  REQUIRE(health.gate_codes().empty());
  auto& database = *health.database;
  SECTION("a proof that was turned round") {
    database.execute("UPDATE health_proof SET result = 'fail' WHERE number = 2");
    CHECK(health.gate_codes() == Codes{"HEALTH_PROOF_UNRECORDED"});
  }
  SECTION("a proof that nobody recorded") {
    database.execute(
        "INSERT INTO health_proof (claim, at, actor, surface, result, fresh_for, vouched, command, latest,"
        " latest_own) VALUES (1, 0, 'alice', 'ci', 'pass', 1, 1, 'x', 1, 1)");
    CHECK(health.gate_codes() == Codes{"HEALTH_PROOF_UNRECORDED"});
  }
  SECTION("a proof that was made to vouch") {
    database.execute("UPDATE health_proof SET vouched = 1 WHERE number = 2");
    CHECK(health.gate_codes() == Codes{"HEALTH_PROOF_UNRECORDED"});
  }
  SECTION("a claim that was given to somebody else") {
    database.execute("UPDATE health_claim SET actor = 'bob' WHERE id = ?", other);
    CHECK(health.gate_codes() == Codes{"HEALTH_CLAIM_UNRECORDED"});
  }
  SECTION("a mark that is gone") {
    database.execute("UPDATE health_proof SET latest = 0");
    CHECK(health.gate_codes() == Codes{"HEALTH_LATEST_WRONG"});
  }
  SECTION("a retraction that counts as something else") {
    database.execute("UPDATE health_claim SET counts_as = 'verified' WHERE id = ?", other);
    CHECK(health.gate_codes() == Codes{"HEALTH_RETRACTION_WRONG"});
  }
  SECTION("a claim that the trail names and the store has lost") {
    database.execute("INSERT INTO audit_index VALUES ('key:health/claim/h-gone', 7)");
    CHECK(health.gate_codes() == Codes{"HEALTH_CLAIM_LOST"});
  }
  SECTION("a counter that was set back") {
    database.execute("UPDATE health_counter SET value = 0");
    CHECK(health.gate_codes() == Codes{"HEALTH_COUNTER_WRONG"});
  }
}

TEST_CASE("the store itself refuses a proof that contradicts itself or names nothing") {
  Health health;
  health.prove(health.claim("a"), Outcome::pass);
  auto& database = *health.database;
  CHECK_THROWS_AS(database.execute("UPDATE health_proof SET exit_code = 1"), storage::Failure);
  CHECK_THROWS_AS(database.execute("UPDATE health_proof SET command = NULL"), storage::Failure);
  CHECK_THROWS_AS(database.execute("UPDATE health_proof SET result = 'perhaps'"), storage::Failure);
}

TEST_CASE("every code of the gates over claims is used once") {
  std::vector<std::string_view> seen;
  for (auto const& gate : subsystem.gates) {
    CHECK(gate.name.starts_with("health."));
    for (auto const code : gate.codes) {
      CHECK(std::ranges::find(seen, code) == seen.end());
      seen.push_back(code);
    }
  }
  CHECK(seen.size() == 7);
}

}  // namespace
}  // namespace decapod::health
