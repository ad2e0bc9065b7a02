// Whatever agents ask for, in whatever order and under whatever name, nothing is promoted without the operator's
// signature where the policy asks for one.

#include <decapod/contract/authority.h>
#include <decapod/ledger/ledger.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/storage/transaction.h>

#include <map>
#include <random>

#include "promote_fixture.h"
#include "promote_witness.h"

namespace decapod::promote {
namespace {

using governance::StatementKind;
using policy::testing::code_of;
using policy::testing::every_subsystem;
using policy::testing::key_number;
using testing::git_id;
using testing::Stage;

constexpr int kSequences = 100'000;
constexpr int kRequests = 2000;  // different ones that sequences are made of
constexpr int kLongest = 3;
constexpr int kOfAnAgent = 9;

struct Request {
  std::string operation;
  json::object arguments;
  std::string actor;
};

// A store in which anything could happen: risky work and a risky entry that are ready but for the operator's word, work
// and an entry of no risk that are ready, an entry that waits for a seal, and approvals that do not fit: for somebody
// else, for another tree, revoked.
struct World {
  World() {
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    risky = stage.subject();
    risky_task = stage.task;
    risky_entry = stage.subject_of_entry(stage.add_entry({"file:core/a.txt"}));
    sealed_entry = stage.subject_of_entry(stage.add_entry({"file:sealed/a.txt"}));
    harmless_entry = stage.subject_of_entry(stage.add_entry({"file:README.md"}));
    give_approvals(risky);
    give_approvals(risky_entry);
    stage.task = stage.bench.add_task();
    stage.changed = "README.md";
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    harmless = stage.subject();
  }

  void give_approvals(json::object const& wish) {
    auto for_bob = stage.bench.approval_for("promote.record", wish);
    for_bob.beneficiary = "bob";
    REQUIRE(code_of(stage.bench.approve(for_bob)) == "");
    // Of work the store knows the tree, of an entry what it says.
    auto other = wish;
    if (wish.at("kind") == "knowledge")
      other["sums"] = json::array{std::string(64, '0')};
    else
      other["tree"] = git_id('7');
    REQUIRE(code_of(stage.approve(other)) == "");
    auto const revoked = policy::testing::id_in(stage.approve(wish));
    auto const statement = stage.bench.say(kOfTheOperator, StatementKind::revocation,
                                           codec::encode(governance::Revocation{.id = revoked}).as_object());
    REQUIRE(code_of(stage.bench.write("policy.revoke", {{"id", revoked}, {"statement", codec::encode(statement)}},
                                      "olga")) == "");
  }

  Stage stage;
  json::object risky;
  json::object harmless;
  std::string risky_task;
  json::object risky_entry;
  json::object sealed_entry;
  json::object harmless_entry;
};

std::string entry_in(json::object const& subject) {
  return std::string(subject.at("unit").at(0).as_string());
}

// Requests of agents: honest ones, lies, and what was signed by a key of their own.
class Agents {
 public:
  Agents(World& world, std::mt19937& random) : world_(world), random_(random) {
    auto& bench = world.stage.bench;
    auto const mine = key_number(kOfAnAgent);
    auto const forge = [&](StatementKind kind, json::object body) {
      return codec::encode(bench.say(kOfAnAgent, kind, std::move(body)));
    };
    auto const document = governance::parse_proposal(policy::testing::proposal_of(""));
    auto const text = governance::canonical(*document);
    governance::PolicyActivation const lax{.sequence = 2, .policy = hex(governance::hash_of(*document))};
    add("policy.activate",
        {{"document", text}, {"statement", forge(StatementKind::policy_activation, codec::encode(lax).as_object())}});
    governance::KeyChange const first{.number = 1, .key = to_hex(mine.public_key())};
    add("policy.operator-init", {{"statement", forge(StatementKind::key_pin, codec::encode(first).as_object())}});
    governance::KeyChange const next{.number = 2, .key = to_hex(mine.public_key())};
    add("policy.operator-replace",
        {{"new_key", "x"}, {"statement", forge(StatementKind::key_replacement, codec::encode(next).as_object())}});
    auto const wish = bench.approval_for("promote.record", world.risky);
    add("policy.approve", bench.approve_arguments(wish, kOfAnAgent));
    auto mended = bench.approve_arguments(wish, kOfTheOperator);
    auto& said = mended.at("statement").at("text").as_string();
    said.replace(said.find("alice"), 5, "mally");
    add("policy.approve", mended);
    governance::LineageSeal const seal{
        .promotion = "p-0123456789abcdef", .digest = std::string(64, '0'), .record = std::string(64, '0')};
    add("promote.seal", {{"id", "p-"}, {"statement", forge(StatementKind::lineage, codec::encode(seal).as_object())}});
    governance::TrustGrant const trust{.actor = "alice",
                                       .session = "s1",
                                       .trust = governance::Trust::core,
                                       .secret = std::string(64, '0'),
                                       .expires = wish.expires};
    add("policy.trust", {{"actor_name", "alice"},
                         {"for_session", "s1"},
                         {"level", "core"},
                         {"token_file", "x"},
                         {"statement", forge(StatementKind::trust, codec::encode(trust).as_object())}});
  }

  Request any() {
    switch (below(19)) {
      case 0:
        return {"promote.record", lied(world_.risky), anybody()};
      case 1:
        return {"promote.record", world_.risky, anybody()};
      case 2:
      case 3:
        // Now and then, as it is by far the most work.
        if (below(20) == 0) return {"promote.record", lied(world_.harmless), anybody()};
        if (below(20) == 0)
          return {"promote.record", as_kind(world_.risky, below(2) == 0 ? "release" : "knowledge"), anybody()};
        return {"todo.comment", {{"id", task()}, {"text", "please"}}, anybody()};
      case 4:
        return {"todo.edit", {{"id", task()}, {"remove_label", json::array{"risk:high"}}}, anybody()};
      case 5:
        return {"todo.edit", {{"id", task()}, {"add_label", json::array{"risk:low"}}}, anybody()};
      case 6:
      case 7:
        return {forged_[static_cast<std::size_t>(below(static_cast<int>(forged_.size())))]};
      case 8:
        return {"workunit.reopen", {{"id", task()}, {"reason", "again"}}, "alice"};
      case 9:
        return {"workunit.claim", {{"id", task()}, {"here", here()}}, "alice"};
      case 10:
        return {"workunit.verify",
                {{"id", task()}, {"here", here()}, {"paths", json::array{"README.md"}}, {"complete", true}},
                anybody()};
      case 14:
        return {"promote.record", lied(below(2) == 0 ? world_.risky_entry : world_.sealed_entry), anybody()};
      case 15:
        return {"promote.record", world_.risky_entry, anybody()};
      case 16:
        if (below(4) == 0) return {"promote.record", lied(world_.harmless_entry), anybody()};
        return {"promote.record", as_kind(world_.risky_entry, below(2) == 0 ? "workunit" : "release"), anybody()};
      case 17:
        return {"knowledge.supersede", {{"id", entry()}, {"by", entry()}}, anybody()};
      case 18:
        return {"knowledge.expire", {{"id", entry()}, {"reason", "over"}}, anybody()};
      default:
        break;
    }
    return {"workunit.assert",
            {{"id", task()}, {"gate", "tests"}, {"result", "passed"}, {"note", "said"}, {"here", here()}},
            anybody()};
  }

 private:
  void add(std::string operation, json::object arguments) {
    forged_.push_back({std::move(operation), std::move(arguments), "olga"});
  }
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  // A name gives nothing, so all are tried. Bob is the one who has an approval: he comes seldom, because what he asks
  // for is judged to the end, and that takes fifty times as long.
  std::string anybody() {
    static constexpr char const* kNames[] = {"alice", "olga", "operator", "decapod", "carol"};
    return below(25) == 0 ? "bob" : kNames[below(5)];
  }
  std::string task() {
    return below(2) == 0 ? world_.risky_task : std::string(world_.harmless.at("unit").at(0).as_string());
  }
  json::object here() { return {{"tree", git_id(below(4) == 0 ? 'b' : testing::kTree)}, {"head", git_id('2')}}; }

  static json::object as_kind(json::object arguments, char const* kind) {
    arguments["kind"] = kind;
    return arguments;
  }
  std::string entry() {
    json::object const* const all[] = {&world_.risky_entry, &world_.sealed_entry, &world_.harmless_entry};
    return entry_in(*all[below(3)]);
  }

  json::object lied(json::object arguments) {
    auto told = testing::told_in(arguments);
    switch (below(10)) {
      case 0:
        told.paths = {"README.md"};
        break;
      case 1:
        told.paths.clear();
        break;
      case 2:
        told.operator_key = to_hex(key_number(kOfAnAgent).public_key()) + "\n";
        break;
      case 3:
        arguments["sums"] = json::array{std::string(64, '0')};
        break;
      case 4:
        arguments["tree"] = git_id('7');
        told.here = git_id('7');
        break;
      case 5:
        arguments["unit"] = json::array{task()};
        break;
      case 6:
        told.capsules.clear();
        break;
      case 7:
        if (told.sources) told.sources->clear();
        break;
      case 8:
        // The digest of one entry, the name of another.
        if (told.sources) arguments["unit"] = json::array{entry()};
        break;
      default:
        break;
    }
    return testing::with_told(std::move(arguments), told);
  }

  World& world_;
  std::mt19937& random_;
  std::vector<Request> forged_;
};

// A request as it is judged, made ready once.
struct Ready {
  contract::Operation const* operation = nullptr;
  std::string name;
  Caller caller;
  json::object arguments;
  json::object meaning;
};

Ready ready(World& world, Request const& request) {
  auto const* operation = world.stage.bench.directory().find(request.operation);
  REQUIRE(operation != nullptr);
  auto arguments = operation->type->canonical(request.arguments);
  INFO(request.operation << ": " << (arguments ? "" : arguments.error().message));
  REQUIRE(arguments);
  auto meaning = meaning_of(*operation->type, *arguments);
  return {
      operation, request.operation, {request.actor, "--actor", "s1", "/"}, *std::move(arguments), std::move(meaning)};
}

// The writes of one sequence in one transaction, which is given up at its end: each is judged and handled as the engine
// does it (policy_routing_tests.cpp holds the engine to that), and its commit stands in ledger and trail for the next.
class Play {
 public:
  explicit Play(World& world)
      : bench_(world.stage.bench),
        database_(bench_.engine().database()),
        now_(bench_.clock().now()),
        ledger_(database_, bench_.engine().facts().epoch),
        facts_(bench_.engine().facts()),
        position_(ledger_.position()),
        epoch_(ledger_.epoch_state()) {}

  // Whether it was committed.
  bool write(Ready const& request) {
    facts_.epoch = ledger_.epoch();
    facts_.commit_seq = ledger_.commit_seq();
    auto const id = "r-" + std::to_string(++written_);
    contract::Context context(database_, request.caller, now_, id, facts_,
                              contract::Subsystems::used(every_subsystem()), {.token = {}, .memory = &memory_});
    auto const& operation = *request.operation;
    storage::Savepoint savepoint(database_);
    if (operation.warrant == contract::Warrant::policy) {
      contract::Action action{.operation = request.name, .meaning = request.meaning, .concern = {}};
      if (operation.concern != nullptr) action.concern = operation.concern(context, request.arguments);
      if (!contract::admit(context, action)) return false;
    }
    auto const done = operation.handle(context, request.arguments);
    if (!done) return false;
    commit(request, id, context.effects().affected_keys);
    savepoint.release();
    return true;
  }

  storage::Database& database() { return database_; }
  ledger::Ledger& ledger() { return ledger_; }
  void forget() { ledger_.restore(position_, epoch_); }

 private:
  void commit(Ready const& request, std::string const& id, std::vector<std::string> const& keys) {
    audit::Record record;
    record.ts = now_.wall;
    record.request_id = record.idempotency_key = id;
    record.actor = request.caller.actor;
    record.session = request.caller.session;
    record.db_id = request.name.substr(0, request.name.find('.'));
    record.request_type = request.name;
    record.affected_keys = keys;
    ledger_.commit({.key = id, .digest = sha256(id), .operation = request.name, .record = record}, "{}");
  }

  policy::testing::Bench& bench_;
  storage::Database& database_;
  Instant now_;
  ledger::Ledger ledger_;
  contract::StoreFacts facts_;
  ledger::Position position_;
  ledger::Epoch epoch_;
  contract::PolicyMemory memory_;
  std::int64_t written_ = 0;
};

TEST_CASE("no sequence of requests promotes without the operator's signature where the policy asks for one") {
  auto const seed = Catch::rngSeed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  World world;
  Agents agents(world, random);
  std::vector<Ready> requests;
  for (int i = 0; i < kRequests; ++i) requests.push_back(ready(world, agents.any()));
  Play play(world);
  Witness witness;
  std::map<std::string, int> committed;
  std::optional<storage::Transaction> transaction;
  for (int sequence = 0; sequence < kSequences; ++sequence) {
    // One that left nothing need not be given up.
    if (!transaction) {
      transaction.emplace(play.database(), storage::TransactionKind::write);
      play.ledger().enter_transaction();
    }
    bool changed = false;
    // Short ones are tried more often.
    static constexpr int kLengths[] = {1, 1, 1, 1, 2, kLongest};
    auto const length = kLengths[random() % std::size(kLengths)];
    for (int i = 0; i < length; ++i) {
      auto const& request = requests[random() % requests.size()];
      if (!play.write(request)) continue;
      ++committed[request.name];
      changed = true;
    }
    if (!changed) continue;
    witness.look(play.database());
    transaction.reset();
    play.forget();
  }
  transaction.reset();
  // Otherwise nothing was tried.
  INFO(witness.with_signature << " with a signature, " << witness.without << " without; of entries "
                              << witness.entries_signed << " and " << witness.entries_without << "; " << witness.waiting
                              << " wait for a seal");
  CHECK(witness.entries_signed > 20);
  CHECK(witness.entries_without > 50);
  CHECK(witness.waiting > 20);
  CHECK(witness.with_signature > 50);
  CHECK(witness.without > 50);
  CHECK(committed["todo.edit"] > 1000);
  CHECK(committed["workunit.reopen"] > 1000);
  for (auto const& [operation, times] : committed) CHECK(operation.substr(0, 7) != "policy.");
}

}  // namespace
}  // namespace decapod::promote
