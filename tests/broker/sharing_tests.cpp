#include <atomic>

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using audit::Served;
using ipc::Status;

// How the reads on record were answered, of those that were asked by this operation.
std::map<Served, int> served(Store& store, std::string const& operation) {
  std::map<Served, int> count;
  Bench bench(store);
  for (auto const& stored : ledger::records_after(bench.engine().database(), audit::Chain::reads, 0, 100'000)) {
    auto const record = audit::parse_record(stored.body).value();
    if (record.request_type == operation) ++count[record.served];
  }
  return count;
}

}  // namespace

TEST_CASE("equal reads of many clients that wait at once are executed once, and each is on record") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    std::vector<Client> clients;
    for (int i = 0; i < 16; ++i) clients.push_back(must_connect(store));
    Occupied worker(store);
    for (auto& client : clients) REQUIRE(client.send(peek("a")));
    worker.await_waiting(16);
    worker.release();
    for (auto& client : clients) CHECK(value_in(client.reply()) == 0);
  }
  auto const count = served(store, "counter.peek");
  int all = 0;
  for (auto const& [how, times] : count) all += times;
  CHECK(all == 16);
  CHECK(count.at(Served::executed) == 1);
}

TEST_CASE("a repeated read is served from the cache until a write, and the trail says so") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    auto client = must_connect(store);
    client.ask(add("a", "k1"));
    for (int i = 0; i < 5; ++i) CHECK(value_in(client.ask(peek("a"))) == 1);
    client.ask(add("a", "k2"));
    CHECK(value_in(client.ask(peek("a"))) == 2);
  }
  auto const count = served(store, "counter.peek");
  CHECK(count.at(Served::executed) == 2);
  CHECK(count.at(Served::cached) == 4);
  Bench bench(store);
  auto const write = ledger::records_after(bench.engine().database(), audit::Chain::mutations, 0, 1)[0];
  CHECK(audit::parse_record(write.body).value().invalidated == std::vector<std::string>{"counter"});
}

TEST_CASE("no reader sees less than a write that was acknowledged before it asked") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  std::atomic<std::int64_t> acknowledged = 0;
  std::atomic<bool> done = false;
  std::vector<std::future<int>> readers;
  for (int r = 0; r < 6; ++r) {
    readers.push_back(std::async(std::launch::async, [&] {
      auto client = must_connect(store);
      int stale = 0;
      while (!done) {
        auto const before = acknowledged.load();
        if (value_in(client.ask(peek("a"))) < before) ++stale;
      }
      return stale;
    }));
  }
  auto writer = must_connect(store);
  for (int i = 1; i <= 300; ++i) {
    CHECK(writer.ask(add("a", "k" + std::to_string(i))).status == Status::COMMITTED);
    acknowledged = i;
  }
  done = true;
  for (auto& reader : readers) CHECK(reader.get() == 0);
  broker.stop();
  auto const count = served(store, "counter.peek");
  CHECK(count.contains(Served::cached));
}

TEST_CASE("a result that is true for a moment is read anew after it, though nothing was committed") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    auto client = must_connect(store);
    auto brief = peek("a");
    brief.arguments["lasts_ms"] = 50;
    client.ask(brief);
    std::this_thread::sleep_for(Millis(60));
    client.ask(brief);
  }
  CHECK(served(store, "counter.peek").at(Served::executed) == 2);
}

TEST_CASE("a reader of a shared read whose time is up is told so and so is its record, and the others are answered") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  Occupied worker(store);
  std::vector<std::string> trail;
  auto patient = must_connect(store);
  auto hasty = must_connect(store);
  auto brief = peek("a");
  brief.timeout_ms = 1;
  SECTION("it came first") {
    REQUIRE(hasty.send(brief));
    worker.await_waiting(1);
    REQUIRE(patient.send(peek("a")));
    trail = {"FAILED TIMEOUT counter.peek", "OK counter.peek"};
  }
  SECTION("it joined") {
    REQUIRE(patient.send(peek("a")));
    worker.await_waiting(1);
    REQUIRE(hasty.send(brief));
    trail = {"OK counter.peek", "FAILED TIMEOUT counter.peek"};
  }
  worker.await_waiting(2);
  std::this_thread::sleep_for(Millis(2));  // the brief one's time
  worker.release();
  CHECK(value_in(patient.reply()) == 0);
  CHECK(error_of(hasty.reply()) == "TIMEOUT");
  broker.stop();
  CHECK(Bench(store).trail(audit::Chain::reads) == trail);
}

TEST_CASE("an error reaches all who joined, and the next reader has it executed anew") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    Occupied worker(store);
    auto one = must_connect(store);
    auto other = must_connect(store);
    REQUIRE(one.send(peek("nobody")));
    REQUIRE(other.send(peek("nobody")));
    worker.await_waiting(2);
    worker.release();
    CHECK(error_of(one.reply()) == "REFUSED");
    CHECK(error_of(other.reply()) == "REFUSED");
    CHECK(error_of(one.ask(peek("nobody"))) == "REFUSED");
  }
  CHECK(served(store, "counter.peek").at(Served::executed) == 2);
}

TEST_CASE("a reader that asks for a certain commit is not served from a result before it") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  client.ask(add("a", "k1"));
  client.ask(peek("a"));
  auto ahead = peek("a");
  ahead.min_seq = 2;
  CHECK(error_of(client.ask(ahead)) == "STORE_BEHIND");
  ahead.min_seq = 1;
  CHECK(value_in(client.ask(ahead)) == 1);
}

}  // namespace decapod::broker
