#include "policy_fixture.h"

#include <decapod/storage/transaction.h>

#include <support/policies.h>

#include <algorithm>
#include <array>

#define DECAPOD_SUBSYSTEM(name)               \
  namespace decapod::name {                   \
  extern contract::Subsystem const subsystem; \
  }
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM

namespace decapod::policy::testing {

using governance::StatementKind;

std::span<contract::Subsystem const* const> every_subsystem() {
  static constexpr std::array kAll = {
#define DECAPOD_SUBSYSTEM(name) &decapod::name::subsystem,
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM
  };
  return kAll;
}

governance::SecretKey key_number(int n) {
  std::array<unsigned char, 32> seed{};
  seed.fill(static_cast<unsigned char>(n));
  return governance::SecretKey(seed);
}

namespace {

// The least that the declaration asks for, each member in its bounds.
json::value least_of(FieldShape const& shape) {
  if (shape.repeated) return json::array();
  switch (shape.kind) {
    case Kind::text:
      return json::string(std::string(static_cast<std::size_t>(std::max<std::int64_t>(shape.field->min, 1)), 'x'));
    case Kind::integer:
    case Kind::duration:
      return shape.field->min;
    case Kind::flag:
      return false;
    case Kind::choice:
      return json::string(shape.choices.front());
    case Kind::timestamp:
      return "2026-01-01T00:00:00.000Z";
    case Kind::structured:
      return json::object();
  }
  return nullptr;
}

}  // namespace

json::object least_arguments(RequestType const& type) {
  json::object arguments;
  for (auto const& shape : type.fields) {
    if (shape.field->presence == Presence::required) arguments.emplace(shape.field->name, least_of(shape));
  }
  INFO(operation_name(*type.verb));
  REQUIRE(type.canonical(arguments));
  return arguments;
}

Bench::Bench(storage::OpenMode mode) {
  test::begin_every_subsystem(store_, directory_);
  open_again(mode);
}

void Bench::open_again(storage::OpenMode mode, contract::Standing standing) {
  engine_.reset();
  auto options = test::Bench::options_of(store_);
  options.mode = mode;
  options.standing = standing;
  auto opened = broker::Engine::open(options, directory_, store_.clock());
  if (!opened) FAIL("the engine does not open: " << opened.error().message);
  engine_ = *std::move(opened);
}

ipc::Request Bench::request(std::string const& operation, json::object arguments, std::string const& actor) {
  auto request = test::request(operation, std::move(arguments), random_id(), actor);
  request.caller.session = "s1";
  return request;
}

std::vector<ipc::Reply> Bench::write_all(std::vector<ipc::Request> const& requests) {
  std::vector<broker::Job> jobs;
  auto const now = clock().steady();
  for (auto const& one : requests) jobs.push_back({.request = one, .arrived = now, .deadline = now + Millis(30'000)});
  return engine_->write(jobs);
}

ipc::Reply Bench::write(std::string const& operation, json::object arguments, std::string const& actor,
                        std::string const& token) {
  auto one = request(operation, std::move(arguments), actor);
  if (!token.empty()) one.trust_token = token;
  return write_all({one}).front();
}

ipc::Reply Bench::read(std::string const& operation, json::object arguments, std::string const& actor,
                       std::string const& token) {
  auto one = request(operation, std::move(arguments), actor);
  one.idempotency_key.clear();
  if (!token.empty()) one.trust_token = token;
  auto const now = clock().steady();
  return engine_->read({.request = one, .arrived = now, .deadline = now + Millis(30'000)}).reply;
}

governance::Signed Bench::say(int key, StatementKind kind, json::object body) {
  return governance::sign(key_number(key), kind, uuid(), clock().now().wall, std::move(body));
}

ipc::Reply Bench::pin(int key) {
  governance::KeyChange const change{.number = 1, .key = to_hex(key_number(key).public_key())};
  auto const statement = say(key, StatementKind::key_pin, codec::encode(change).as_object());
  return write("policy.operator-init", {{"statement", codec::encode(statement)}}, std::string(kOperator));
}

ipc::Reply Bench::activate(std::string const& toml, std::int64_t sequence, int key) {
  auto const document = governance::parse_proposal(proposal_of(toml));
  INFO((document ? "" : document.error().message));
  REQUIRE(document);
  governance::PolicyActivation const body{.sequence = sequence, .policy = hex(governance::hash_of(*document))};
  auto const statement = say(key, StatementKind::policy_activation, codec::encode(body).as_object());
  return write("policy.activate",
               {{"document", governance::canonical(*document)}, {"statement", codec::encode(statement)}},
               std::string(kOperator));
}

governance::Approval Bench::approval_for(std::string const& operation, json::object arguments) {
  auto const* found = directory_.find(operation);
  REQUIRE(found != nullptr);
  auto const canonical = found->type->canonical(arguments);
  REQUIRE(canonical);
  auto const meaning = meaning_of(*found->type, *canonical);
  return {.operation = operation,
          .digest = hex(governance::parameters_digest(operation, meaning)),
          .parameters = meaning,
          .approver = std::string(kOperator),
          .beneficiary = "alice",
          .uses = 1,
          .expires = clock().now().wall + Millis(60 * 60 * 1000)};
}

json::object Bench::approve_arguments(governance::Approval const& approval, int key) {
  auto const statement = say(key, StatementKind::approval, codec::encode(approval).as_object());
  return {{"operation", approval.operation},
          {"to", approval.beneficiary == "*" ? "" : approval.beneficiary},
          {"uses", approval.uses},
          {"statement", codec::encode(statement)}};
}

ipc::Reply Bench::approve(governance::Approval const& approval, int key) {
  return write("policy.approve", approve_arguments(approval, key), std::string(kOperator));
}

std::int64_t Bench::count(std::string_view sql) {
  auto rows = engine_->database().query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

void Bench::tamper(std::string_view sql) {
  storage::Transaction transaction(engine_->database(), storage::TransactionKind::write);
  engine_->database().execute(sql);
  transaction.commit();
}

std::vector<std::string> Bench::gate_codes(std::string_view name) {
  std::vector<std::string> codes;
  auto const caller = request("", {}).caller;
  auto const now = clock().now();
  for (auto const* subsystem : every_subsystem()) {
    for (auto const& gate : subsystem->gates) {
      if (gate.name != name) continue;
      contract::Context context(engine_->database(), caller, now, "request", engine_->facts(),
                                contract::Subsystems::used(every_subsystem()));
      GateReport report;
      gate.run(context, report);
      for (auto const& finding : report.findings) codes.push_back(finding.code);
    }
  }
  return codes;
}

std::string Bench::add_task(json::array labels) {
  auto const reply = write("todo.add", {{"title", "a task"}, {"label", std::move(labels)}});
  INFO((reply.error ? reply.error->message : ""));
  REQUIRE(reply.data);
  return std::string(reply.data->at("item").at("id").as_string());
}

std::string id_in(ipc::Reply const& reply) {
  INFO((reply.error ? reply.error->message : ""));
  REQUIRE(reply.data);
  return std::string(reply.data->at("approval").at("id").as_string());
}

std::string proposal_of(std::string const& toml) {
  auto text = "format = 1\n" + toml;
  if (toml.find("[tiers") != std::string::npos) return text;
  for (auto const* risk : {"low", "medium", "high", "critical"}) {
    text += std::string("[tiers.") + risk + "]\ntrust = \"basic\"\napproval = \"never\"\nproof = \"asserted\"\n";
  }
  return text;
}

std::string careful_policy() {
  return test::shelf_policy() + R"(
[[zones]]
name = "past"
risk = "critical"
operations = ["todo.reopen"]
[[zones]]
name = "bobs"
risk = "low"
actors = ["bob"]
operations = ["todo.reclaim"]
)";
}

}  // namespace decapod::policy::testing
