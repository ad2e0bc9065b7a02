// A promotion under the real engine, ledger and trail: what the subsystem that keeps promotions will do, done here by
// one that keeps a list of names.

#include <decapod/base/id.h>
#include <decapod/base/reflect.h>
#include <decapod/broker/engine.h>
#include <decapod/contract/subsystem.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace decapod::knowledge {
extern contract::Subsystem const subsystem;
}
namespace decapod::inspect {
extern contract::Subsystem const subsystem;
}

namespace decapod::keeper {

enum class Ending : std::uint8_t { well, refused };
BOOST_DESCRIBE_ENUM(Ending, well, refused)

struct RecordReply {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(RecordReply, (), (id))

struct Record {
  using Reply = RecordReply;
  static constexpr Verb verb{
      .subsystem = "keeper", .name = "record", .access = Access::write, .summary = "Record a promotion"};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id",
       .meaning = "The entry",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 64},
      {.name = "ending", .meaning = "What comes of it after the entry was promoted"},
  });
  std::string id;
  Ending ending = Ending::well;
};
BOOST_DESCRIBE_STRUCT(Record, (), (id, ending))

Result<RecordReply> record(contract::Context& context, Record const& request) {
  DECAPOD_TRY(auto const facts, contract::knowledge_facts(context, request.id));
  context.store().execute("INSERT INTO keeper_record VALUES (?)", facts.id);
  context.affects("keeper/record/" + facts.id);
  DECAPOD_CHECK(contract::promote_knowledge(context, {facts.id, facts.digest, "p-" + facts.id, "it held"}));
  if (request.ending == Ending::refused) return fail(ErrorCode::refused, "thought better of it");
  return RecordReply{facts.id};
}

constexpr contract::Operation kOperations[] = {contract::operation<&record>};
constexpr contract::Migration kMigrations[] = {{1, "CREATE TABLE keeper_record (id TEXT PRIMARY KEY) STRICT"}};
contract::Subsystem const subsystem{
    .name = "keeper", .operations = kOperations, .migrations = kMigrations, .gates = {}};

namespace {

std::array<contract::Subsystem const*, 3> const kSubsystems = {&knowledge::subsystem, &inspect::subsystem, &subsystem};
Caller const kAlice{"alice", "--actor", "s1", "/"};

class Store {
 public:
  Store() : subsystems_(kSubsystems) {
    StatePaths const paths(directory_ / "state");
    std::filesystem::create_directory(paths.directory);
    test::write_file(paths.leader_lock, "");
    test::write_file(paths.want_lock, "");
    test::write_file(paths.database, "");
    broker::EngineOptions options{.paths = paths};
    options.fresh_store_uuid = "store-1";
    auto opened = broker::Engine::open(options, subsystems_, *clock_);
    if (!opened) FAIL("the engine does not open: " << opened.error().message);
    engine_ = *std::move(opened);
  }

  // In one transaction; the i-th reply is that to the i-th request.
  std::vector<ipc::Reply> write(std::vector<std::pair<std::string, json::object>> const& requests,
                                ipc::DryRun dry_run = ipc::DryRun::no) {
    std::vector<broker::Job> jobs;
    for (auto const& [op, arguments] : requests) {
      ipc::Request request;
      request.op = op;
      request.arguments = arguments;
      request.caller = kAlice;
      request.request_id = random_id();
      request.idempotency_key = request.request_id;
      request.timeout_ms = 30'000;
      request.dry_run = dry_run;
      auto const now = clock_->steady();
      jobs.push_back({.request = std::move(request), .arrived = now, .deadline = now + Millis(30'000)});
    }
    return engine_->write(jobs);
  }

  std::string add(std::string const& title) {
    auto const reply =
        write({{"knowledge.add", {{"title", title}, {"body", "b"}, {"provenance", json::array{"command:true"}}}}});
    REQUIRE(reply.front().data);
    return std::string(reply.front().data->at("entry").at("id").as_string());
  }

  std::int64_t count(std::string_view sql) {
    auto rows = engine_->database().query(sql);
    REQUIRE(rows.next());
    return rows.integer(0);
  }
  std::string text(std::string_view sql) {
    auto rows = engine_->database().query(sql);
    REQUIRE(rows.next());
    return rows.text(0);
  }
  void tamper(std::string_view sql) { REQUIRE(engine_->database().execute(sql) > 0); }

  std::vector<std::string> findings() {
    std::vector<std::string> codes;
    contract::StoreFacts facts;
    facts.store_uuid = "store-1";
    auto const now = clock_->now();
    for (auto const& gate : knowledge::subsystem.gates) {
      contract::Context context(engine_->database(), kAlice, now, "request", facts,
                                contract::Subsystems::used(subsystems_.subsystems()));
      GateReport report;
      gate.run(context, report);
      for (auto const& finding : report.findings) codes.push_back(finding.code);
    }
    return codes;
  }

 private:
  std::unique_ptr<Clock> clock_ = system_clock("boot-1");
  test::TempDirectory directory_;
  broker::Directory subsystems_;
  std::unique_ptr<broker::Engine> engine_;
};

constexpr std::string_view kPromoted = "SELECT count(*) FROM knowledge_entry WHERE promoted_at IS NOT NULL";
constexpr std::string_view kRecords = "SELECT count(*) FROM keeper_record";

TEST_CASE("record and entry are one commit, whose marker the entry keeps and the trail confirms") {
  Store store;
  auto const a = store.add("a"), b = store.add("b");
  // Two in one transaction, each with a marker of its own.
  auto const replies = store.write({{"keeper.record", {{"id", a}}}, {"keeper.record", {{"id", b}}}});
  for (auto const& reply : replies) REQUIRE(reply.commit_seq);
  CHECK(store.count(kPromoted) == 2);
  CHECK(store.count(kRecords) == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    INFO(i);
    CHECK(store.text("SELECT promoted_epoch || '.' || promoted_seq FROM knowledge_entry WHERE number = " +
                     std::to_string(i + 1)) == to_string(Marker{*replies[i].epoch, *replies[i].commit_seq}));
  }
  CHECK(store.findings().empty());
  store.tamper("UPDATE knowledge_entry SET promoted_seq = 7 - promoted_seq");  // each has the other's
  CHECK(store.findings() ==
        std::vector<std::string>{"KNOWLEDGE_PROMOTION_UNCONFIRMED", "KNOWLEDGE_PROMOTION_UNCONFIRMED"});
}

TEST_CASE("whatever becomes of a promotion's request becomes of the entry") {
  Store store;
  auto const a = store.add("a");
  CHECK(store.write({{"keeper.record", {{"id", a}, {"ending", "refused"}}}}).front().error->code == "REFUSED");
  CHECK(store.write({{"keeper.record", {{"id", a}}}}, ipc::DryRun::yes).front().data);
  CHECK(store.count(kPromoted) == 0);
  CHECK(store.count(kRecords) == 0);
  CHECK(store.write({{"keeper.record", {{"id", a}}}}).front().data);
  CHECK(store.write({{"keeper.record", {{"id", a}}}}).front().error->code != "");
  CHECK(store.count(kPromoted) == 1);
  CHECK(store.count(kRecords) == 1);
  CHECK(store.findings().empty());
}

}  // namespace
}  // namespace decapod::keeper
