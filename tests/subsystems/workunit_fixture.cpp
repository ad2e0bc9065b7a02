#include "workunit_fixture.h"

#include <decapod/base/id.h>
#include <decapod/contract/subsystem.h>

#include <array>
#include <filesystem>

namespace decapod::todo {
extern contract::Subsystem const subsystem;
}
namespace decapod::inspect {
extern contract::Subsystem const subsystem;
}
namespace decapod::workunit {
extern contract::Subsystem const subsystem;
}

namespace decapod::workunit::testing {
namespace {

// An authority is functions: they find the ruling of the one desk that is set up.
Ruling const* in_force = nullptr;

Result<contract::PolicyInForce const*> policy_in_force(contract::Context& /*context*/) {
  return &in_force->policy;
}
Result<governance::Trust> trust_of(contract::Context& /*context*/) {
  return governance::Trust::basic;
}
Result<std::string> no_approval(contract::Context& /*context*/, std::string_view operation, json::object const&) {
  return fail(ErrorCode::approval_required, std::string(operation) + " was not approved");
}
Result<std::vector<governance::PublicKey>> operator_keys(contract::Context& /*context*/) {
  return in_force->keys;
}

constexpr contract::Authority kAuthority{
    .in_force = &policy_in_force, .trust = &trust_of, .consume = &no_approval, .operator_keys = &operator_keys};
contract::Subsystem const ruler{
    .name = "policy", .operations = {}, .migrations = {}, .gates = {}, .authority = &kAuthority};

std::array<contract::Subsystem const*, 4> const kSubsystems = {&todo::subsystem, &inspect::subsystem,
                                                               &workunit::subsystem, &ruler};

json::object object_of(Subject const& subject) {
  return codec::encode(subject).as_object();
}

std::vector<std::string> check_command(std::string const& gate) {
  return {"check", gate};
}

template <class T>
T decoded(ipc::Reply const& reply) {
  INFO(error_of(reply));
  REQUIRE(reply.data.has_value());
  T value{};
  REQUIRE(codec::decode_object(*reply.data, value, codec::Unknown::ignore).has_value());
  return value;
}

}  // namespace

Subject at(char tree, char head) {
  return {.tree = std::string(40, tree), .head = std::string(40, head)};
}

json::object run(Outcome outcome) {
  Run const run{.ending = Ending::exited,
                .status = outcome == Outcome::passed ? 0 : 1,
                .output_bytes = 3,
                .output_sha256 = std::string(64, 'a'),
                .took_ms = 12};
  return codec::encode(run).as_object();
}

std::string error_of(ipc::Reply const& reply) {
  return reply.error ? reply.error->code + ": " + reply.error->message : "";
}

std::string word(json::value const& value) {
  return std::string(value.as_string());
}

Desk::Desk() : subsystems_(kSubsystems) {
  in_force = &ruling;
  StatePaths const paths(directory_ / "state");
  std::filesystem::create_directory(paths.directory);
  test::write_file(paths.leader_lock, "");
  test::write_file(paths.want_lock, "");
  test::write_file(paths.database, "");
  broker::EngineOptions options{.paths = paths};
  options.fresh_store_uuid = "store-1";
  auto opened = broker::Engine::open(options, subsystems_, clock);
  if (!opened) FAIL("the engine does not open: " << opened.error().message);
  engine_ = *std::move(opened);
}

Desk::~Desk() {
  in_force = nullptr;
}

ipc::Request Desk::request(std::string const& op, json::object arguments, Caller const& who) const {
  ipc::Request request;
  request.op = op;
  request.arguments = std::move(arguments);
  request.caller = who;
  request.request_id = random_id();
  request.timeout_ms = 30'000;
  return request;
}

std::vector<ipc::Reply> Desk::write_all(std::vector<ipc::Request> const& requests) {
  std::vector<broker::Job> jobs;
  for (auto const& one : requests) {
    jobs.push_back({.request = one, .arrived = clock.steady(), .deadline = clock.steady() + Millis(30'000)});
    jobs.back().request.idempotency_key = one.request_id;
  }
  return engine_->write(jobs);
}

ipc::Reply Desk::write(std::string const& op, json::object arguments, Caller const& who, ipc::DryRun dry_run) {
  auto one = request(op, std::move(arguments), who);
  one.dry_run = dry_run;
  return write_all({one}).front();
}

ipc::Reply Desk::read(std::string const& op, json::object arguments, Caller const& who) {
  return engine_
      ->read({.request = request(op, std::move(arguments), who),
              .arrived = clock.steady(),
              .deadline = clock.steady() + Millis(30'000)})
      .reply;
}

std::string Desk::task(json::array labels) {
  auto const reply = write("todo.add", {{"title", "work"}, {"label", std::move(labels)}});
  INFO(error_of(reply));
  REQUIRE(reply.data);
  return std::string(reply.data->at("item").at("id").as_string());
}

std::string Desk::unit(std::vector<std::string> const& gates, json::array labels) {
  auto const id = task(std::move(labels));
  CHECK(error_of(write("workunit.init", {{"id", id}, {"intent", "it works"}, {"base", std::string(40, '0')}})) == "");
  for (auto const& gate : gates) {
    auto const planned =
        write("workunit.plan", {{"id", id}, {"gate", gate}, {"command", codec::encode(check_command(gate))}});
    CHECK(error_of(planned) == "");
  }
  CHECK(error_of(write("workunit.start", {{"id", id}})) == "");
  return id;
}

ipc::Reply Desk::prove(std::string const& id, std::string const& gate, Subject const& where, Outcome outcome,
                       Caller const& who) {
  return write(
      "workunit.prove",
      {{"id", id}, {"gate", gate}, {"before", object_of(where)}, {"after", object_of(where)}, {"run", run(outcome)}},
      who);
}

ipc::Reply Desk::claim(std::string const& id, Subject const& where, Caller const& who) {
  return write("workunit.claim", {{"id", id}, {"here", object_of(where)}}, who);
}

ipc::Reply Desk::verify(std::string const& id, Subject const& where, json::array paths, Caller const& who) {
  return write("workunit.verify",
               {{"id", id}, {"here", object_of(where)}, {"paths", std::move(paths)}, {"complete", true}}, who);
}

Attestation Desk::signed_by(governance::SecretKey const& key, Reproduction const& body, std::string const& store,
                            governance::StatementKind kind) {
  auto const statement =
      governance::sign(key, kind, store, clock.now().wall, std::move(codec::encode(body).as_object()));
  return {.text = statement.text, .signature = statement.signature};
}

Reproduction Desk::reproduction(std::string const& id, std::string const& gate, Outcome outcome) {
  auto const considered =
      decoded<ConsiderReply>(read("workunit.consider", {{"id", id}, {"gate", gate}, {"purpose", "reproduce"}}, kBob));
  Reproduction body{.unit = id,
                    .gate = gate,
                    .command = considered.command,
                    .at = considered.proof->at,
                    .run = {},
                    .proof = considered.proof->id,
                    .marker = considered.proof->marker};
  REQUIRE(codec::decode_object(run(outcome), body.run, codec::Unknown::refuse).has_value());
  return body;
}

Attestation Desk::attest(std::string const& id, std::string const& gate, governance::SecretKey const& key,
                         Outcome outcome) {
  return signed_by(key, reproduction(id, gate, outcome));
}

ipc::Reply Desk::reproduce(std::string const& id, std::string const& gate, Attestation const& attestation,
                           Caller const& who) {
  return write("workunit.reproduce", {{"id", id}, {"gate", gate}, {"attestation", codec::encode(attestation)}}, who);
}

ShowReply Desk::show(std::string const& id) {
  return decoded<ShowReply>(read("workunit.show", {{"id", id}}));
}

std::string Desk::state(std::string const& id) {
  return std::string(to_text(show(id).unit.state));
}

std::int64_t Desk::count(std::string_view sql) {
  auto rows = engine_->database().query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

void Desk::tamper(std::string_view sql) {
  REQUIRE(engine_->database().execute(sql) > 0);
}

std::vector<std::string> Desk::findings() {
  std::vector<std::string> codes;
  contract::StoreFacts facts;
  facts.store_uuid = "store-1";
  auto const now = clock.now();
  for (auto const& gate : workunit::subsystem.gates) {
    contract::Context context(engine_->database(), kAlice, now, "request", facts,
                              contract::Subsystems::used(subsystems_.subsystems()));
    GateReport report;
    gate.run(context, report);
    for (auto const& finding : report.findings) codes.push_back(finding.code);
  }
  return codes;
}

std::string Desk::facts_refused(std::string const& id) {
  contract::StoreFacts facts;
  facts.store_uuid = "store-1";
  auto const now = clock.now();
  contract::Context context(engine_->database(), kAlice, now, "request", facts,
                            contract::Subsystems::used(subsystems_.subsystems()));
  auto const told = contract::workunit_facts(context, id);
  return told ? "" : name_of(told.error().code);
}

std::vector<std::string> Desk::affected_by_last() {
  auto const trail = read("broker.audit", {{"limit", 1}});
  REQUIRE(trail.data);
  std::vector<std::string> keys;
  for (auto const& key : trail.data->at("records").at(0).at("record").at("affected_keys").as_array()) {
    keys.emplace_back(key.as_string());
  }
  return keys;
}

void Desk::sign_policy(governance::ProofLevel high) {
  ruling.policy = contract::built_in_policy();
  ruling.policy.endorsed = governance::Endorsed::yes;
  ruling.policy.document.tiers.high.proof = high;
  ruling.policy.document.zones.push_back(
      {.name = "core", .reason = "everything rests on it", .risk = governance::Risk::high, .paths = {"core/**"}});
}

}  // namespace decapod::workunit::testing
