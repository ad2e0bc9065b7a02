#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;

// Hours of work, were it not for its budget of a second.
ipc::Request endless() {
  return peek("a", 1'000'000'000'000);
}

}  // namespace

TEST_CASE("a request whose client goes away while it waits in the queue is never executed") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    Occupied worker(store);
    {
      std::vector<Client> gone;
      for (int i = 0; i < 4; ++i) {
        gone.push_back(must_connect(store));
        REQUIRE(gone.back().send(add("b", "gone-" + std::to_string(i))));
      }
      worker.await_waiting(4);
    }
    worker.await_waiting(0);
    worker.release();
    auto witness = must_connect(store);
    CHECK(witness.ask(add("c", "k2")).status == Status::COMMITTED);
  }
  Bench bench(store);
  CHECK(bench.value("b") == 0);
  CHECK(bench.value("c") == 1);
  CHECK(bench.count("SELECT count(*) FROM ledger") == 2);
}

TEST_CASE("a read that nobody waits for any more is interrupted") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    auto witness = must_connect(store);
    for (int i = 0; i < 5; ++i) {
      {
        auto gone = must_connect(store);
        REQUIRE(gone.send(endless()));
        std::this_thread::sleep_for(Millis(50));
      }
      CHECK(value_in(witness.ask(get("a"))) == 0);
    }
  }
  Bench bench(store);
  std::int64_t shortest_us = std::numeric_limits<std::int64_t>::max();
  int interrupted = 0;
  for (auto const& stored : ledger::records_after(bench.engine().database(), audit::Chain::reads, 0, 100)) {
    auto const record = audit::parse_record(stored.body).value();
    if (record.request_type != "counter.peek") continue;
    CHECK(record.error == "TIMEOUT");
    shortest_us = std::min(shortest_us, record.latency_ms.us);
    ++interrupted;
  }
  CHECK(interrupted == 5);
  // Not by its budget: the least of five says so on a machine that is slow now and then.
  CHECK(shortest_us < 1'000'000);
}

}  // namespace decapod::broker
