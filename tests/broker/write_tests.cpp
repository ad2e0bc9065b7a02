#include <decapod/ledger/agreement.h>

#include <set>
#include <thread>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using audit::Chain;
using ipc::Status;
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("effect, ledger row and record of a write are there together, under one number") {
  Store store;
  Bench bench(store);
  auto const began = store.clock().now().wall;
  auto const began_steady = store.clock().steady();
  auto const asked = add("a", "k1");
  auto const reply = bench.write(asked);
  auto const took = std::chrono::duration_cast<std::chrono::microseconds>(store.clock().steady() - began_steady);
  CHECK(reply.status == Status::COMMITTED);
  CHECK(value_in(reply) == 1);
  CHECK(reply.epoch == 1U);
  CHECK(reply.commit_seq == 1U);
  CHECK(reply.audited == ipc::Audited::yes);
  CHECK(bench.value("a") == 1);
  CHECK(bench.count("SELECT commit_seq FROM ledger WHERE key = 'k1' AND status = 'COMMITTED'") == 1);
  auto const records = ledger::records_after(bench.engine().database(), Chain::mutations, 0, 10);
  REQUIRE(records.size() == 1);
  auto const record = audit::parse_record(records[0].body).value();
  CHECK(record.actor == "alice");
  CHECK(record.session == "once:1");
  CHECK(record.db_id == "counter");
  CHECK(record.request_type == "counter.add");
  CHECK(record.idempotency_key == "k1");
  CHECK(record.affected_keys == Lines{"counter/name/a"});
  CHECK(record.commit_seq == 1);
  CHECK(record.store_root == store.paths().directory);
  CHECK(record.request_id == asked.request_id);
  CHECK(record.key.empty());  // of reads
  CHECK(record.ts >= began);
  CHECK(record.ts <= store.clock().now().wall);
  CHECK(record.latency_ms.us > 0);
  CHECK(record.latency_ms.us <= took.count());
  CHECK(record.invalidated == Lines{"counter"});
  CHECK(bench.engine().take_changed() == std::set<std::string>{"counter"});
  CHECK(bench.engine().take_changed().empty());
}

TEST_CASE("the same key again gets the stored reply and has no second effect") {
  Store store;
  Bench bench(store);
  auto const first = bench.write(add("a", "k1"));
  bench.write(add("a", "k2"));
  auto again = add("a", "k1");
  again.caller.session = "another session";
  again.caller.cwd = "/elsewhere";
  again.timeout_ms = 1234;
  again.arguments["seen"] = 99;  // a fact, not part of what is asked
  auto const second = bench.write(again);
  CHECK(to_text(codec::encode(second)) == to_text(codec::encode(first)));
  CHECK(bench.value("a") == 2);
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads) == Lines{"REPLAYED counter.add"});
}

TEST_CASE("a key that was used for another request, or by another actor, is never executed") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  for (auto const& other : {add("b", "k1"), add("a", "k1", "bob"), fail_by(Way::refuse, "a", "k1")}) {
    auto const reply = bench.write(other);
    CHECK(reply.status == Status::NOT_COMMITTED);
    CHECK(error_of(reply) == "REQUEST_ID_CONFLICT");
    CHECK(reply.error->details.at("marker") == "1.1");
    CHECK(reply.error->details.at("actor") == "alice");
  }
  CHECK(bench.value("a") == 1);
  CHECK(bench.value("b") == 0);
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads).size() == 3);
}

TEST_CASE("the same key twice in one group is executed once") {
  Store store;
  Bench bench(store);
  auto const replies = bench.write_all({add("a", "k1"), add("a", "k1"), add("a", "k2")});
  CHECK(replies[0].commit_seq == 1U);
  CHECK(replies[1].commit_seq == 1U);
  CHECK(value_in(replies[1]) == 1);
  CHECK(replies[2].commit_seq == 2U);
  CHECK(bench.value("a") == 2);
}

TEST_CASE("a deterministic refusal leaves no effect and is remembered") {
  Store store;
  Bench bench(store);
  auto const first = bench.write(fail_by(Way::refuse, "a", "k1"));
  CHECK(first.status == Status::NOT_COMMITTED);
  CHECK(error_of(first) == "REFUSED");
  CHECK(bench.value("a") == 0);
  CHECK(bench.count("SELECT count(*) FROM ledger WHERE key = 'k1' AND status = 'NOT_COMMITTED'") == 1);
  CHECK(bench.count("SELECT count(*) FROM audit_mutation") == 0);
  auto const second = bench.write(fail_by(Way::refuse, "a", "k1"));
  CHECK(to_text(codec::encode(second)) == to_text(codec::encode(first)));
  CHECK(bench.trail(Chain::reads) == Lines{"NOT_COMMITTED REFUSED counter.fail", "REPLAYED counter.fail"});
}

TEST_CASE("a transient refusal leaves a record and nothing else: the key stays free") {
  Store store;
  Bench bench(store);
  CHECK(error_of(bench.write(fail_by(Way::busy, "a", "k1"))) == "BUSY");
  CHECK(bench.count("SELECT count(*) FROM ledger") == 0);
  CHECK(bench.value("a") == 0);
  CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
  CHECK(bench.trail(Chain::reads) == Lines{"NOT_COMMITTED BUSY counter.fail"});
}

TEST_CASE("a request that is too late, unknown or malformed is refused before it does anything, and recorded") {
  Store store;
  Bench bench(store);
  auto late = add("a", "k1");
  late.timeout_ms = 0;
  CHECK(error_of(bench.write(late)) == "TIMEOUT");
  CHECK(error_of(bench.write(request("counter.explode", {}, "k1"))) == "UNKNOWN_VERB");
  CHECK(error_of(bench.write(request("counter.get", {{"name", "a"}}, "k1"))) == "UNKNOWN_VERB");
  CHECK(error_of(bench.write(request("counter.add", {{"nane", "a"}}, "k1"))) == "BAD_REQUEST");
  CHECK(bench.value("a") == 0);
  CHECK(bench.count("SELECT count(*) FROM ledger") == 0);
  CHECK(bench.trail(Chain::reads) ==
        Lines{"NOT_COMMITTED TIMEOUT counter.add", "NOT_COMMITTED UNKNOWN_VERB counter.explode",
              "NOT_COMMITTED UNKNOWN_VERB counter.get", "NOT_COMMITTED BAD_REQUEST counter.add"});
}

TEST_CASE("a dry run says what would be and leaves nothing but a record") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  auto dry = add("a", "k2");
  dry.dry_run = ipc::DryRun::yes;
  auto const reply = bench.write(dry);
  CHECK(reply.status == Status::OK);
  CHECK(value_in(reply) == 2);
  CHECK(reply.commit_seq == std::nullopt);
  CHECK(bench.value("a") == 1);
  CHECK(bench.count("SELECT count(*) FROM ledger") == 1);
  CHECK(bench.trail(Chain::reads) == Lines{"DRY_RUN counter.add"});
  CHECK(bench.write(add("a", "k2")).status == Status::COMMITTED);
  CHECK(bench.value("a") == 2);
}

TEST_CASE("a dry run under a key that is used is told what it would be told without") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  auto const dry = [](ipc::Request request) {
    request.dry_run = ipc::DryRun::yes;
    return request;
  };
  auto const other = bench.write(dry(add("b", "k1")));
  CHECK(error_of(other) == "REQUEST_ID_CONFLICT");
  CHECK(other.status == Status::NOT_COMMITTED);
  auto const same = bench.write(dry(add("a", "k1")));
  CHECK(same.status == Status::OK);
  CHECK(value_in(same) == 2);
  auto late = dry(add("a", "k2"));
  late.timeout_ms = 0;
  CHECK(error_of(bench.write(late)) == "TIMEOUT");
  auto const refused = bench.write(dry(fail_by(Way::refuse, "a", "k3")));
  CHECK(error_of(refused) == "REFUSED");
  CHECK(refused.status == Status::NOT_COMMITTED);
  CHECK(bench.value("a") == 1);
  CHECK(bench.count("SELECT count(*) FROM ledger") == 1);
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads) == Lines{"DRY_RUN REQUEST_ID_CONFLICT counter.add", "DRY_RUN counter.add",
                                           "NOT_COMMITTED TIMEOUT counter.add", "DRY_RUN REFUSED counter.fail"});
  auto const records = ledger::records_after(bench.engine().database(), Chain::reads, 1, 1);
  REQUIRE(records.size() == 1);
  auto const record = audit::parse_record(records[0].body).value();
  CHECK(record.affected_keys == Lines{"counter/name/a"});
  // That is for reads.
  CHECK(record.key.empty());
}

TEST_CASE("a dry run that has ended its transaction and says that all is well is not believed") {
  Store store;
  Bench bench(store);
  auto dry = fail_by(Way::hide, "a", "k1");
  dry.dry_run = ipc::DryRun::yes;
  auto const replies = bench.write_all({add("b", "k2"), dry, add("c", "k3")});
  CHECK(replies[0].status == Status::COMMITTED);
  CHECK(error_of(replies[1]) == "INTERNAL");
  CHECK(replies[1].status == Status::NOT_COMMITTED);
  CHECK(replies[2].status == Status::COMMITTED);
  CHECK(bench.value("a") == 0);
  CHECK(bench.value("b") == 1);
}

TEST_CASE("what the ledger keeps of commits, refusals and replays is what the trail says of them") {
  Store store;
  Bench bench(store);
  bench.write_all({add("a", "k1"), fail_by(Way::refuse, "b", "k2"), add("a", "k1"), fail_by(Way::busy, "c", "k3")});
  bench.write(fail_by(Way::refuse, "b", "k2"));
  bench.engine().settle();
  Lines disagreements;
  auto const note = [&](ledger::Disagreement const& found) {
    disagreements.push_back(found.where + ": " + found.what);
  };
  auto& database = bench.engine().database();
  ledger::compare_ledger(database, note);
  ledger::compare_index(database, note);
  ledger::compare_epoch(database, note);
  CHECK(disagreements == Lines{});
  CHECK(bench.count("SELECT count(*) FROM audit_read WHERE instr(body, '\"request_digest\":\"\",') = 0") == 1);
}

TEST_CASE("a refusal that the ledger cannot take is not remembered, and recorded once") {
  Store store;
  Bench bench(store);
  bench.engine().database().execute(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.ledger WHEN NEW.status = 'NOT_COMMITTED' "
      "BEGIN SELECT RAISE(ABORT, 'no refusals'); END");
  auto const reply = bench.write(fail_by(Way::refuse, "a", "k1"));
  CHECK(reply.status == Status::NOT_COMMITTED);
  CHECK(error_of(reply) != "REFUSED");
  bench.engine().database().execute("DROP TRIGGER refuse");
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads) == Lines{"NOT_COMMITTED " + error_of(reply) + " counter.fail"});
  CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
}

TEST_CASE("a reply that is no longer kept is not replaced by doing it again") {
  Store store;
  auto options = Bench::options_of(store);
  options.replies_kept = Millis(0);
  Bench bench(store, options);
  auto const forget = [&] {
    std::this_thread::sleep_for(Millis(2));
    while (bench.engine().forget_replies() == Engine::Left::more) {
    }
  };
  bench.write(add("a", "k1"));
  bench.write(fail_by(Way::refuse, "a", "k2"));
  forget();
  auto const reply = bench.write(add("a", "k1"));
  CHECK(error_of(reply) == "EXPIRED_REQUEST_ID");
  CHECK(reply.status == Status::COMMITTED);
  CHECK(reply.error->details.at("marker") == "1.1");
  CHECK(bench.value("a") == 1);
  auto const refused = bench.write(fail_by(Way::refuse, "a", "k2"));
  CHECK(error_of(refused) == "EXPIRED_REQUEST_ID");
  CHECK(refused.status == Status::NOT_COMMITTED);
  // Another request under that key is still told so.
  CHECK(error_of(bench.write(add("b", "k1"))) == "REQUEST_ID_CONFLICT");
  CHECK(bench.count("SELECT count(*) FROM ledger WHERE reply IS NOT NULL") == 0);
}

TEST_CASE("a reply is kept while its time lasts") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  CHECK(bench.engine().forget_replies() == Engine::Left::nothing);
  CHECK(value_in(bench.write(add("a", "k1"))) == 1);
}

}  // namespace decapod::broker
