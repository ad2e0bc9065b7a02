// The operator's key and the policy it puts in force: pinned once, replaced by itself, never played again.

#include "policy_fixture.h"

using namespace decapod;
using namespace decapod::policy::testing;
using governance::StatementKind;

namespace {

json::object with(governance::Signed const& statement) {
  return {{"statement", codec::encode(statement)}};
}

// The name of the new key file is the command line's: the store never reads it.
json::object replacing(governance::Signed const& statement) {
  return {{"new_key", "next.key"}, {"statement", codec::encode(statement)}};
}

json::object key_change(std::int64_t number, int key) {
  return codec::encode(governance::KeyChange{.number = number, .key = to_hex(key_number(key).public_key())})
      .as_object();
}

std::int64_t sequence_in_force(Bench& bench) {
  return bench.read("policy.show", {}).data->at("sequence").to_number<std::int64_t>();
}

}  // namespace

TEST_CASE("the first operator's key is pinned once, and only by itself") {
  Bench bench;
  CHECK(code_of(bench.write("policy.operator-init", {})) == "SIGNATURE_INVALID");
  auto const lent = bench.say(2, StatementKind::key_pin, key_change(1, 1));
  CHECK(code_of(bench.write("policy.operator-init", with(lent))) == "SIGNATURE_INVALID");
  CHECK(code_of(bench.pin(1)).empty());
  CHECK(code_of(bench.pin(2)) == "ALREADY_EXISTS");
  // The same once more changes nothing.
  CHECK(code_of(bench.pin(1)).empty());
  CHECK(bench.count("SELECT count(*) FROM policy_key") == 1);
  CHECK(bench.count("SELECT count(*) FROM policy_key") == 1);
}

TEST_CASE("a key is replaced by a signature of the one before, in order, and never comes back") {
  Bench bench;
  auto const replacement = [&](int signer, std::int64_t number, int key) {
    return bench.write("policy.operator-replace",
                       replacing(bench.say(signer, StatementKind::key_replacement, key_change(number, key))));
  };
  CHECK(code_of(replacement(1, 2, 2)) == "OPERATOR_UNKNOWN");
  REQUIRE(code_of(bench.pin(1)).empty());
  CHECK(code_of(replacement(2, 2, 2)) == "SIGNATURE_INVALID");
  CHECK(code_of(replacement(1, 3, 2)) == "STATEMENT_REPLAYED");
  auto const first = bench.say(1, StatementKind::key_replacement, key_change(2, 2));
  CHECK(code_of(bench.write("policy.operator-replace", replacing(first))).empty());
  CHECK(code_of(bench.write("policy.operator-replace", replacing(first))) == "SIGNATURE_INVALID");
  CHECK(code_of(replacement(1, 3, 3)) == "SIGNATURE_INVALID");
  CHECK(code_of(replacement(2, 3, 1)) == "ALREADY_EXISTS");
  CHECK(code_of(replacement(2, 3, 3)).empty());
  CHECK(bench.gate_codes("policy.contract").empty());
}

TEST_CASE("a policy is in force from its activation on, also for the engine that opens the store next") {
  Bench bench;
  auto const id = bench.add_task();
  REQUIRE(code_of(bench.pin()).empty());
  CHECK(sequence_in_force(bench) == 0);
  CHECK(code_of(bench.write("todo.reclaim", {{"expired", true}})).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  CHECK(code_of(bench.write("todo.reclaim", {{"expired", true}})) == "POLICY_DENIED");
  bench.open_again();
  CHECK(sequence_in_force(bench) == 1);
  CHECK(code_of(bench.write("todo.reclaim", {{"expired", true}})) == "POLICY_DENIED");
  REQUIRE(code_of(bench.activate("", 2)).empty());
  CHECK(code_of(bench.write("todo.reclaim", {{"expired", true}})).empty());
}

TEST_CASE("an activation counts once, in its place, for its own document and its own store") {
  Bench bench;
  CHECK(code_of(bench.activate("")) == "OPERATOR_UNKNOWN");
  REQUIRE(code_of(bench.pin()).empty());
  CHECK(code_of(bench.activate("", 1, 2)) == "SIGNATURE_INVALID");
  CHECK(code_of(bench.activate("", 2)) == "STATEMENT_REPLAYED");
  auto const document = *governance::parse_proposal(proposal_of(careful_policy()));
  auto const text = governance::canonical(document);
  auto const hash = hex(governance::hash_of(document));
  auto const statement = bench.say(1, StatementKind::policy_activation, {{"sequence", 1}, {"policy", hash}});
  auto const activation = [&](std::string const& sent, governance::Signed const& by) {
    return code_of(bench.write("policy.activate", {{"document", sent}, {"statement", codec::encode(by)}}));
  };
  CHECK(activation(governance::canonical(governance::built_in()), statement) == "SIGNATURE_INVALID");
  CHECK(activation(text + " ", statement) == "POLICY_INVALID");
  CHECK(activation("{}", statement) == "POLICY_INVALID");
  auto const elsewhere = governance::sign(key_number(1), StatementKind::policy_activation, "another-store",
                                          bench.clock().now().wall, {{"sequence", 1}, {"policy", hash}});
  CHECK(activation(text, elsewhere) == "SIGNATURE_INVALID");
  auto const as_approval = bench.say(1, StatementKind::approval, {{"sequence", 1}, {"policy", hash}});
  CHECK(activation(text, as_approval) == "SIGNATURE_INVALID");
  CHECK(sequence_in_force(bench) == 0);
  CHECK(activation(text, statement).empty());
  CHECK(activation(text, statement) == "STATEMENT_REPLAYED");
  REQUIRE(code_of(bench.activate("", 2)).empty());
  CHECK(activation(text, statement) == "STATEMENT_REPLAYED");
  CHECK(sequence_in_force(bench) == 2);
}

TEST_CASE("a policy that was changed in the store lets nothing through but a new one of the operator") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  REQUIRE(code_of(bench.write("todo.add", {{"title", "one"}})).empty());
  SECTION("its document") {
    bench.tamper("UPDATE policy_activation SET document = replace(document, 'required', 'never')");
  }
  SECTION("its signature") {
    bench.tamper("UPDATE policy_activation SET signature = replace(signature, substr(signature, 1, 1), 'x')");
  }
  SECTION("its statement, with its name") {
    bench.tamper("UPDATE policy_activation SET statement = replace(statement, '\"sequence\":1', '\"sequence\":2')");
  }
  SECTION("the key under it") {
    bench.tamper("UPDATE policy_key SET key = '" + to_hex(key_number(9).public_key()) + "'");
  }
  bench.open_again();
  CHECK(code_of(bench.write("todo.add", {{"title", "two"}})) == "POLICY_INVALID");
  CHECK(code_of(bench.write("todo.add", {{"title", "three"}})) == "POLICY_INVALID");
  CHECK(bench.count("SELECT count(*) FROM todo_item") == 1);
  CHECK_FALSE(bench.gate_codes("policy.contract").empty());
}

TEST_CASE("a policy that is not what was signed is shown as that, and the operator signs the next one") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  SECTION("a byte of it was changed") {
    bench.tamper("UPDATE policy_activation SET hash = zeroblob(32)");
  }
  SECTION("it is gone") {
    bench.tamper("DELETE FROM policy_activation");
  }
  bench.open_again();
  REQUIRE(code_of(bench.write("todo.add", {{"title", "one"}})) == "POLICY_INVALID");
  auto const shown = bench.read("policy.show", {});
  REQUIRE(shown.data);
  CHECK_FALSE(shown.data->at("unsound").as_string().empty());
  CHECK(shown.data->at("sequence") == 1);
  CHECK(shown.data->at("keys").as_array().size() == 1);
  CHECK(code_of(bench.activate("", 1)) == "STATEMENT_REPLAYED");
  REQUIRE(code_of(bench.activate("", 2)).empty());
  CHECK(code_of(bench.write("todo.add", {{"title", "one"}})).empty());
  CHECK(bench.read("policy.show", {}).data->at("unsound") == "");
  // What was done to the old one is still found.
  CHECK_FALSE(bench.gate_codes("policy.contract").empty());
}

TEST_CASE("a memory of the policy ends with the row that it was read from") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  REQUIRE(code_of(bench.write("todo.reclaim", {{"expired", true}})) == "POLICY_DENIED");
  SECTION("another policy in the same group") {
    auto const document = *governance::parse_proposal(proposal_of(""));
    auto const statement = bench.say(1, StatementKind::policy_activation,
                                     {{"sequence", 2}, {"policy", hex(governance::hash_of(document))}});
    auto const replies =
        bench.write_all({bench.request("policy.activate", {{"document", governance::canonical(document)},
                                                           {"statement", codec::encode(statement)}}),
                         bench.request("todo.reclaim", {{"expired", true}})});
    CHECK(code_of(replies[0]).empty());
    CHECK(code_of(replies[1]).empty());
  }
  SECTION("a dry run of another policy changes nothing") {
    auto const document = *governance::parse_proposal(proposal_of(""));
    auto const statement = bench.say(1, StatementKind::policy_activation,
                                     {{"sequence", 2}, {"policy", hex(governance::hash_of(document))}});
    auto dry = bench.request("policy.activate",
                             {{"document", governance::canonical(document)}, {"statement", codec::encode(statement)}});
    dry.dry_run = ipc::DryRun::yes;
    CHECK(code_of(bench.write_all({dry}).front()).empty());
    CHECK(code_of(bench.write("todo.reclaim", {{"expired", true}})) == "POLICY_DENIED");
  }
}

TEST_CASE("showing a policy says how the proposal in the tree differs") {
  Bench bench;
  REQUIRE(code_of(bench.pin()).empty());
  REQUIRE(code_of(bench.activate(careful_policy())).empty());
  auto const shown = [&](std::string const& proposal) {
    return *bench.read("policy.show", {{"proposal", proposal}}).data;
  };
  CHECK(shown(proposal_of(careful_policy())).at("proposal") == "same");
  auto const other = shown(proposal_of("default_risk = \"medium\"\n" + careful_policy()));
  CHECK(other.at("proposal") == "differs");
  CHECK(other.at("differences") == json::array{"default_risk"});
  CHECK(shown("nonsense").at("proposal") == "unsound");
  CHECK(bench.read("policy.show", {}).data->at("proposal") == "absent");
}
