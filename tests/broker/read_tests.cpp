#include <decapod/broker/copied_read.h>

#include <filesystem>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using audit::Chain;
using ipc::Status;
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a read is answered, and recorded when the engine settles") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  auto const reply = bench.read(get("a"));
  CHECK(reply.status == Status::OK);
  CHECK(value_in(reply) == 1);
  CHECK(bench.engine().unsettled() == 1);
  CHECK(bench.trail(Chain::reads).empty());
  bench.engine().settle();
  CHECK(bench.engine().unsettled() == 0);
  CHECK(bench.trail(Chain::reads) == Lines{"OK counter.get"});
  auto const record =
      audit::parse_record(ledger::records_after(bench.engine().database(), Chain::reads, 0, 1)[0].body).value();
  CHECK(record.actor == "alice");
  CHECK(record.key.starts_with("counter.get:"));
  CHECK(record.commit_seq == 1);
  CHECK(record.epoch == 1);
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads).size() == 1);
}

TEST_CASE("the records of reads ride in the next write") {
  Store store;
  Bench bench(store);
  bench.read(get("a"));
  bench.read(get("b"));
  bench.write(add("a", "k1"));
  CHECK(bench.engine().unsettled() == 0);
  CHECK(bench.trail(Chain::reads).size() == 2);
}

TEST_CASE("records of reads survive a member that drops its group") {
  Store store;
  Bench bench(store);
  bench.read(get("a"));
  bench.write(fail_by(Way::roll_back, "a", "k1"));
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads) == Lines{"OK counter.get", "NOT_COMMITTED INTERNAL counter.fail"});
}

TEST_CASE("a read that fails in its handler is no answer, to whoever asked and in the trail") {
  Store store;
  Bench bench(store);
  auto const refused = bench.read(peek("nobody"));
  CHECK(error_of(refused) == "REFUSED");
  CHECK(refused.status == Status::NOT_COMMITTED);
  CHECK_FALSE(refused.data.has_value());
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads) == Lines{"FAILED REFUSED counter.peek"});
}

TEST_CASE("records of reads that the store refuses are lost together, and the next one that it takes says how many") {
  Store store;
  Bench bench(store);
  bench.read(get("a"));
  bench.read(get("b"));
  auto& database = bench.engine().database();
  database.execute(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.audit_read WHEN NEW.sequence = 2 "
      "BEGIN SELECT RAISE(ABORT, 'no second one'); END");
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads).empty());
  database.execute("DROP TRIGGER refuse");
  bench.read(get("c"));
  bench.engine().settle();
  CHECK(bench.engine().health() == Health::sound);
  CHECK(bench.trail(Chain::reads) ==
        Lines{"GAP 2 records before this one could not be written broker.gap", "OK counter.get"});
  bench.read(get("d"));
  bench.engine().settle_at_end();
  CHECK(bench.trail(Chain::reads).size() == 3);
}

TEST_CASE("records that were lost are told of at the end, although there are no others") {
  Store store;
  auto const begun = store.clock().steady();
  Bench bench(store);
  bench.read(get("a"));
  auto& database = bench.engine().database();
  database.execute(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.audit_read BEGIN SELECT RAISE(ABORT, 'none'); END");
  bench.engine().settle();
  database.execute("DROP TRIGGER refuse");
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads).empty());
  bench.engine().settle_at_end();
  CHECK(bench.trail(Chain::reads) == Lines{"GAP 1 records before this one could not be written broker.gap"});
  auto const gap = audit::parse_record(ledger::records_after(database, Chain::reads, 0, 1)[0].body).value();
  CHECK(gap.actor == "decapod");
  CHECK(std::chrono::microseconds(gap.latency_ms.us) <= store.clock().steady() - begun);
}

TEST_CASE("a tenure that only reads raises no epoch") {
  Store store;
  Bench bench(store);
  bench.read(get("a"));
  bench.engine().settle();
  CHECK(bench.count("SELECT value FROM meta WHERE name = 'epoch'") == 0);
}

TEST_CASE("reads that cannot be answered are refused by type, and recorded") {
  Store store;
  Bench bench(store);
  auto late = get("a");
  late.timeout_ms = 0;
  CHECK(error_of(bench.read(late)) == "TIMEOUT");
  CHECK(error_of(bench.read(request("counter.fly", {{"name", "a"}}, ""))) == "UNKNOWN_VERB");
  // A write that comes as a read would go around the judgement of writes.
  CHECK(error_of(bench.read(request("counter.add", {{"name", "a"}}, ""))) == "BROKER_ROUTE_REQUIRED");
  CHECK(error_of(bench.read(request("counter.get", {}, ""))) == "BAD_REQUEST");
  auto ahead = get("a");
  ahead.min_seq = 1;
  CHECK(error_of(bench.read(ahead)) == "STORE_BEHIND");
  bench.write(add("a", "k1"));
  CHECK(bench.read(ahead).status == Status::OK);
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads) == Lines{"FAILED TIMEOUT counter.get", "FAILED UNKNOWN_VERB counter.fly",
                                           "FAILED BROKER_ROUTE_REQUIRED counter.add", "FAILED BAD_REQUEST counter.get",
                                           "FAILED STORE_BEHIND counter.get", "OK counter.get"});
}

TEST_CASE("a trail that was put in the place of the one that was looked at is noticed") {
  Store store;
  auto const path = store.paths().exported(to_text(audit::Chain::mutations));
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  auto const none = exported_now(store.paths());
  CHECK(none.bytes.mutations == 0);
  CHECK(none.bytes.reads == 0);
  test::write_file(path, "one\n");
  CHECK(is_still_there(none, store.paths()));
  auto const before = exported_now(store.paths());
  CHECK(before.bytes.mutations == 4);
  test::write_file(path, "one\ntwo\n");
  CHECK(is_still_there(before, store.paths()));
  std::filesystem::rename(path, path + ".kept");
  CHECK_FALSE(is_still_there(before, store.paths()));
  test::write_file(path, "one\ntwo\n");
  CHECK_FALSE(is_still_there(before, store.paths()));
}

}  // namespace decapod::broker
