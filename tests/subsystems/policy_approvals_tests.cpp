// An approval lets exactly one request in, of the one it is for, as often as it says, until it ends.

#include "policy_fixture.h"

#include <algorithm>

using namespace decapod;
using namespace decapod::policy::testing;
using governance::StatementKind;

namespace {

// A store with the careful policy in force, and a finished task that wants to be archived.
struct Case {
  Bench bench;
  std::string id;

  Case() {
    REQUIRE(code_of(bench.pin()).empty());
    id = finished_task();
    REQUIRE(code_of(bench.activate(careful_policy())).empty());
  }
  std::string finished_task() {
    auto const task = bench.add_task();
    REQUIRE(code_of(bench.write("todo.claim", {{"id", task}})).empty());
    REQUIRE(code_of(bench.write("todo.done", {{"id", task}})).empty());
    return task;
  }
  json::object archive_arguments() const { return {{"id", id}}; }
  std::string archive(std::string const& actor = "alice") {
    return code_of(bench.write("todo.archive", archive_arguments(), actor));
  }
  std::string status() {
    return std::string(bench.read("todo.show", {{"id", id}}).data->at("item").at("status").as_string());
  }
  governance::Approval approval() { return bench.approval_for("todo.archive", archive_arguments()); }
  std::int64_t uses() { return bench.count("SELECT count(*) FROM policy_use"); }
};

}  // namespace

TEST_CASE("what needs an approval is refused without one, let in with it, and refused again once it is used") {
  Case c;
  auto const refused = c.bench.write("todo.archive", c.archive_arguments());
  REQUIRE(code_of(refused) == "APPROVAL_REQUIRED");
  // The ledger was asked before the policy.
  CHECK(refused.vouched == ipc::Vouched::yes);
  CHECK(refused.error->details.at("risk") == "high");
  CHECK(refused.error->details.at("missing") == json::array{"approval"});
  CHECK(refused.error->message.find("decapod policy approve todo.archive --params '{\"id\":\"" + c.id +
                                    "\"}' --to alice") != std::string::npos);
  CHECK(c.status() == "done");
  auto const id = id_in(c.bench.approve(c.approval()));
  CHECK(c.archive().empty());
  CHECK(c.status() == "archived");
  CHECK(c.uses() == 1);
  auto const again = c.bench.write("todo.archive", c.archive_arguments());
  REQUIRE(code_of(again) == "APPROVAL_REQUIRED");
  CHECK(again.error->message.find(id + " was used up") != std::string::npos);
  CHECK(c.uses() == 1);
}

TEST_CASE("an approval is for whole ids, however the request or the operator shortens them") {
  Case c;
  auto const shortened = c.id.substr(0, c.id.size() - 1);
  json::object const wish{{"id", shortened}};
  auto const refused = c.bench.write("todo.archive", wish);
  REQUIRE(code_of(refused) == "APPROVAL_REQUIRED");
  CHECK(refused.error->message.find("{\"id\":\"" + c.id + "\"}") != std::string::npos);
  // What the operator's command asks about before it signs.
  auto const judged = c.bench.read("policy.eval", {{"operation", "todo.archive"}, {"params", to_text(wish)}});
  CHECK(judged.data->at("parameters").at("id").as_string() == c.id);
  // One that was signed for the beginning all the same lets nothing in: not what it means now, nor later.
  REQUIRE(code_of(c.bench.approve(c.bench.approval_for("todo.archive", wish))).empty());
  CHECK(code_of(c.bench.write("todo.archive", wish)) == "APPROVAL_REQUIRED");
  CHECK(c.archive() == "APPROVAL_REQUIRED");
  REQUIRE(code_of(c.bench.approve(c.approval())).empty());
  CHECK(code_of(c.bench.write("todo.archive", wish)).empty());
  CHECK(c.status() == "archived");
}

TEST_CASE("what is approved for one item is not for another that is called by the beginning of its id") {
  Case c;
  auto const shortened = c.id.substr(0, c.id.size() - 1);
  REQUIRE(code_of(c.bench.approve(c.approval())).empty());
  auto exported = c.bench.read("todo.export", {}).data->at("items").as_array();
  auto other = exported.at(0).as_object();
  other["id"] = shortened;
  other["links"] = json::array();
  json::object const arguments{{"file", "-"}, {"on_conflict", "fail"}, {"items", json::array{other}}};
  auto const imported = c.bench.write("todo.import", arguments);
  INFO((imported.error ? imported.error->message : ""));
  if (code_of(imported) == "APPROVAL_REQUIRED") {
    REQUIRE(code_of(c.bench.approve(c.bench.approval_for("todo.import", arguments))).empty());
    REQUIRE(code_of(c.bench.write("todo.import", arguments)).empty());
  }
  REQUIRE(code_of(c.bench.read("todo.show", {{"id", shortened}})).empty());
  CHECK(code_of(c.bench.write("todo.archive", {{"id", shortened}})) == "APPROVAL_REQUIRED");
  CHECK(c.archive().empty());
}

TEST_CASE("the record of a request that an approval let in names the approval") {
  Case c;
  auto const id = id_in(c.bench.approve(c.approval()));
  REQUIRE(c.archive().empty());
  auto const records = ledger::records_after(c.bench.engine().database(), audit::Chain::mutations, 0, 100);
  auto const record = audit::parse_record(records.back().body).value();
  CHECK(record.request_type == "todo.archive");
  CHECK(std::ranges::count(record.affected_keys, "policy/use/" + id) == 1);
}

TEST_CASE("an approval is for its own operation, parameters and beneficiary") {
  Case c;
  SECTION("another operation") {
    REQUIRE(code_of(c.bench.approve(c.bench.approval_for("todo.done", {{"id", c.id}}))).empty());
  }
  SECTION("other parameters") {
    REQUIRE(code_of(c.bench.approve(c.bench.approval_for("todo.archive", {{"id", "t-other"}}))).empty());
  }
  SECTION("another actor") {
    auto approval = c.approval();
    approval.beneficiary = "bob";
    REQUIRE(code_of(c.bench.approve(approval)).empty());
    CHECK(c.archive() == "APPROVAL_REQUIRED");
    CHECK(c.archive("bob").empty());
    return;
  }
  SECTION("anybody but the approver") {
    auto approval = c.approval();
    approval.beneficiary = "*";
    REQUIRE(code_of(c.bench.approve(approval)).empty());
    CHECK(c.archive(std::string(kOperator)) == "APPROVAL_REQUIRED");
    CHECK(c.archive("carol").empty());
    return;
  }
  CHECK(c.archive() == "APPROVAL_REQUIRED");
  CHECK(c.uses() == 0);
}

TEST_CASE("an approval ends with its time, with its uses, and when it is revoked") {
  Case c;
  auto approval = c.approval();
  SECTION("time") {
    REQUIRE(code_of(c.bench.approve(approval)).empty());
    c.bench.clock().set_wall_ahead(Millis(61 * 60 * 1000));
    CHECK(c.archive() == "APPROVAL_REQUIRED");
    CHECK(c.uses() == 0);
  }
  SECTION("uses") {
    approval.uses = 2;
    REQUIRE(code_of(c.bench.approve(approval)).empty());
    // Archiving twice is refused by the backlog itself, and costs no use: what a refused request did is undone.
    CHECK(c.archive().empty());
    CHECK(c.archive() == "BAD_TRANSITION");
    CHECK(c.uses() == 1);
    REQUIRE(code_of(c.bench.activate("", 2)).empty());
    REQUIRE(code_of(c.bench.write("todo.reopen", {{"id", c.id}})).empty());
    REQUIRE(code_of(c.bench.write("todo.claim", {{"id", c.id}})).empty());
    REQUIRE(code_of(c.bench.write("todo.done", {{"id", c.id}})).empty());
    REQUIRE(code_of(c.bench.activate(careful_policy(), 3)).empty());
    CHECK(c.archive().empty());
    CHECK(c.uses() == 2);
    CHECK(c.archive() == "APPROVAL_REQUIRED");
  }
  SECTION("revoked") {
    auto const id = id_in(c.bench.approve(approval));
    auto const statement = c.bench.say(1, StatementKind::revocation, {{"id", id}});
    json::object const arguments{{"id", id}, {"statement", codec::encode(statement)}};
    CHECK(code_of(c.bench.write("policy.revoke", {{"id", id}})) == "SIGNATURE_INVALID");
    CHECK(code_of(c.bench.write("policy.revoke", arguments)).empty());
    CHECK(c.archive() == "APPROVAL_REQUIRED");
    CHECK(c.uses() == 0);
  }
  SECTION("the key that signed it was replaced") {
    REQUIRE(code_of(c.bench.approve(approval)).empty());
    governance::KeyChange const change{.number = 2, .key = to_hex(key_number(2).public_key())};
    auto const statement = c.bench.say(1, StatementKind::key_replacement, codec::encode(change).as_object());
    REQUIRE(code_of(c.bench.write("policy.operator-replace",
                                  {{"new_key", "next.key"}, {"statement", codec::encode(statement)}}))
                .empty());
    CHECK(c.archive() == "APPROVAL_REQUIRED");
    // The policy that the old key has signed stays in force.
    CHECK(code_of(c.bench.write("todo.reclaim", {{"expired", true}})) == "POLICY_DENIED");
  }
  CHECK(c.bench.gate_codes("policy.approvals").empty());
}

TEST_CASE("a request that fails, a dry run and a retry use nothing up") {
  Case c;
  REQUIRE(code_of(c.bench.approve(c.approval())).empty());
  auto dry = c.bench.request("todo.archive", c.archive_arguments());
  dry.dry_run = ipc::DryRun::yes;
  CHECK(code_of(c.bench.write_all({dry}).front()).empty());
  CHECK(c.uses() == 0);
  auto const request = c.bench.request("todo.archive", c.archive_arguments());
  CHECK(code_of(c.bench.write_all({request}).front()).empty());
  CHECK(code_of(c.bench.write_all({request}).front()).empty());
  CHECK(c.uses() == 1);
}

TEST_CASE("a refusal of the policy is not remembered: the same request id is judged anew") {
  Case c;
  auto const request = c.bench.request("todo.archive", c.archive_arguments());
  CHECK(code_of(c.bench.write_all({request}).front()) == "APPROVAL_REQUIRED");
  REQUIRE(code_of(c.bench.approve(c.approval())).empty());
  CHECK(code_of(c.bench.write_all({request}).front()).empty());
}

TEST_CASE("two that want the same single use in one group do not both get it") {
  Case c;
  auto approval = c.approval();
  approval.beneficiary = "*";
  REQUIRE(code_of(c.bench.approve(approval)).empty());
  auto const replies = c.bench.write_all({c.bench.request("todo.archive", c.archive_arguments(), "alice"),
                                          c.bench.request("todo.archive", c.archive_arguments(), "bob")});
  CHECK(code_of(replies[0]).empty());
  CHECK(code_of(replies[1]) == "APPROVAL_REQUIRED");
  CHECK(c.uses() == 1);
}

TEST_CASE("nobody but the operator approves, and not for themselves") {
  Case c;
  auto const denied = [&](governance::Approval const& approval, int key, std::string const& actor) {
    return code_of(c.bench.write("policy.approve", c.bench.approve_arguments(approval, key), actor));
  };
  CHECK(denied(c.approval(), 2, std::string(kOperator)) == "SIGNATURE_INVALID");
  CHECK(code_of(c.bench.write("policy.approve", {{"operation", "todo.archive"}, {"to", "alice"}})) ==
        "SIGNATURE_INVALID");
  auto own = c.approval();
  own.beneficiary = std::string(kOperator);
  CHECK(denied(own, 1, std::string(kOperator)) == "SELF_APPROVAL");
  // What somebody else signed is not handed in under one's own name.
  CHECK(denied(c.approval(), 1, "alice") == "SIGNATURE_INVALID");
  CHECK(c.bench.count("SELECT count(*) FROM policy_approval") == 0);
}

TEST_CASE("an approval that was given before, or changed on its way, is refused") {
  Case c;
  auto const arguments = c.bench.approve_arguments(c.approval());
  auto const send = [&](json::object const& sent) {
    return code_of(c.bench.write("policy.approve", sent, std::string(kOperator)));
  };
  CHECK(send(arguments).empty());
  CHECK(send(arguments) == "STATEMENT_REPLAYED");
  REQUIRE(c.archive().empty());
  CHECK(send(arguments) == "STATEMENT_REPLAYED");
  auto changed = arguments;
  changed["uses"] = 5;
  CHECK(send(changed) == "SIGNATURE_INVALID");
  changed = arguments;
  changed["to"] = "bob";
  CHECK(send(changed) == "SIGNATURE_INVALID");
  changed = arguments;
  changed["operation"] = "todo.reopen";
  CHECK(send(changed) == "SIGNATURE_INVALID");
  auto lying = c.approval();
  lying.parameters = {{"id", "t-harmless"}};
  CHECK(send(c.bench.approve_arguments(lying)) == "SIGNATURE_INVALID");
}

TEST_CASE("an approval is bounded by the policy in force, and for operations that the policy judges") {
  Case c;
  auto late = c.approval();
  late.expires = c.bench.clock().now().wall + Millis(8LL * 24 * 60 * 60 * 1000);
  CHECK(code_of(c.bench.approve(late)) == "POLICY_DENIED");
  auto past = c.approval();
  past.expires = c.bench.clock().now().wall;
  CHECK(code_of(c.bench.approve(past)) == "BAD_REQUEST");
  for (auto const* name : {"policy.approve", "policy.activate", "todo.list", "no.such"}) {
    auto other = c.approval();
    other.operation = name;
    other.parameters = {};
    CHECK(code_of(c.bench.approve(other)) == "BAD_REQUEST");
  }
}

TEST_CASE("an approval whose row was changed in the store lets nobody in") {
  Case c;
  REQUIRE(code_of(c.bench.approve(c.approval())).empty());
  REQUIRE(c.archive().empty());
  SECTION("more uses") {
    c.bench.tamper("UPDATE policy_approval SET statement = replace(statement, '\"uses\":1', '\"uses\":9')");
  }
  SECTION("a later end") {
    c.bench.tamper("UPDATE policy_approval SET statement = replace(statement, '\"expires\":\"20', '\"expires\":\"30')");
  }
  SECTION("another signature") {
    c.bench.tamper("UPDATE policy_approval SET signature = replace(signature, substr(signature, 1, 1), 'x')");
  }
  SECTION("another name, as if it had not been used") {
    c.bench.tamper(
        "INSERT INTO policy_approval (id, operation, digest, key, statement, signature, at)"
        " SELECT 'ap-0000000000000000', operation, digest, key, statement, signature, at"
        " FROM policy_approval");
  }
  CHECK(c.archive() == "APPROVAL_REQUIRED");
  CHECK_FALSE(c.bench.gate_codes("policy.approvals").empty());
}

TEST_CASE("trust beyond the default comes with a token, for its own actor, session and time") {
  Case c;
  std::string const secret(64, '5');
  governance::TrustGrant grant{.actor = "alice",
                               .session = "s1",
                               .trust = governance::Trust::verified,
                               .secret = hex(sha256(secret)),
                               .expires = c.bench.clock().now().wall + Millis(60 * 60 * 1000)};
  auto const give = [&](int key) {
    auto const statement = c.bench.say(key, StatementKind::trust, codec::encode(grant).as_object());
    return c.bench.write("policy.trust",
                         {{"actor_name", grant.actor},
                          {"for_session", grant.session},
                          {"level", to_text(grant.trust)},
                          {"token_file", "x"},
                          {"statement", codec::encode(statement)}},
                         std::string(kOperator));
  };
  auto const unlink = [&](std::string const& actor, std::string const& token) {
    return code_of(c.bench.write("todo.unlink", {{"from", c.id}, {"kind", "related"}, {"to", c.id}}, actor, token));
  };
  CHECK(unlink("alice", "") == "POLICY_DENIED");
  CHECK(unlink("olga", "") == "POLICY_DENIED");
  CHECK(code_of(give(2)) == "SIGNATURE_INVALID");
  auto const given = give(1);
  REQUIRE(given.data);
  auto const id = std::string(given.data->at("token").at("id").as_string());
  auto const token = id + '.' + secret;
  CHECK(unlink("alice", token) != "POLICY_DENIED");
  CHECK(unlink("bob", token) == "POLICY_DENIED");
  CHECK(unlink("alice", id + '.' + std::string(64, '6')) == "POLICY_DENIED");
  CHECK(unlink("alice", id) == "POLICY_DENIED");
  CHECK(unlink("alice", "tr-0000000000000000." + secret) == "POLICY_DENIED");
  auto elsewhere = c.bench.request("todo.unlink", {{"from", c.id}, {"kind", "related"}, {"to", c.id}});
  elsewhere.caller.session = "s2";
  elsewhere.trust_token = token;
  CHECK(code_of(c.bench.write_all({elsewhere}).front()) == "POLICY_DENIED");
  CHECK(c.bench.read("policy.eval", {{"operation", "todo.unlink"}}, "alice", token).data->at("trust") == "verified");
  SECTION("its time is over") {
    c.bench.clock().set_wall_ahead(Millis(61 * 60 * 1000));
  }
  SECTION("it was revoked") {
    auto const statement = c.bench.say(1, StatementKind::revocation, {{"id", id}});
    REQUIRE(code_of(c.bench.write("policy.revoke", {{"id", id}, {"statement", codec::encode(statement)}})).empty());
  }
  CHECK(unlink("alice", token) == "POLICY_DENIED");
  // Nothing that is kept holds what the bearer shows.
  CHECK(c.bench.count("SELECT count(*) FROM audit_read WHERE instr(body, '5555555555555555') > 0") == 0);
  CHECK(c.bench.count("SELECT count(*) FROM audit_mutation WHERE instr(body, '5555555555555555') > 0") == 0);
  CHECK(c.bench.count("SELECT count(*) FROM policy_token WHERE instr(statement, '5555555555555555') > 0") == 0);
}

TEST_CASE("the list shows what is open and what was used, and no secret") {
  Case c;
  auto const id = id_in(c.bench.approve(c.approval()));
  auto const standing = [&] {
    auto const reply = c.bench.read("policy.list", {});
    return std::string(reply.data->at("approvals").at(0).at("standing").as_string());
  };
  CHECK(standing() == "valid");
  REQUIRE(c.archive().empty());
  CHECK(standing() == "used-up");
  CHECK(c.bench.read("policy.list", {}).data->at("approvals").at(0).at("id") == json::value(id));
}
