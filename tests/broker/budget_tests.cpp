// What one read may take of the worker, and what the others notice of it.

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;

// Hours of work.
ipc::Request greedy(std::string const& name = "a") {
  return request("counter.glance", {{"name", name}, {"laps", 1'000'000'000'000}}, "");
}

}  // namespace

TEST_CASE("a read that needs more than its budget is told so, what the budget is, and what to do") {
  Store store;
  Bench bench(store);
  auto const reply = bench.read(greedy());
  REQUIRE(reply.error.has_value());
  CHECK(reply.error->code == "OVER_BUDGET");
  CHECK(reply.error->details.at("budget_ms") == kReadBudget.count());
  CHECK(reply.error->hint.find("cursor") != std::string::npos);
  CHECK(retry_of(ErrorCode::over_budget) == Retry::no);
  bench.engine().settle();
  CHECK(bench.trail(audit::Chain::reads) == std::vector<std::string>{"FAILED OVER_BUDGET counter.glance"});
  CHECK(value_in(bench.read(request("counter.glance", {{"name", "a"}, {"laps", 100}}, ""))) == 0);
}

TEST_CASE("a budget is what its verb declares") {
  Store store;
  Bench bench(store);
  // A thousand milliseconds of work are enough for forty times what the usual budget is.
  auto const laps = [&] {
    std::int64_t most = 1000;
    while (!bench.read(request("counter.glance", {{"name", "a"}, {"laps", most}}, "")).error) most *= 2;
    return most;
  }();
  CHECK(error_of(bench.read(peek("a", laps))) == "");
}

TEST_CASE("a deadline that comes before the budget is a deadline, in words of its own") {
  Store store;
  Bench bench(store);
  auto hasty = peek("a", 1'000'000'000'000);
  hasty.timeout_ms = 20;
  auto const reply = bench.read(hasty);
  CHECK(error_of(reply) == "TIMEOUT");
  CHECK(reply.error->message == "the time of '" + hasty.op + "' was up before it was done, so it was stopped");
  CHECK(reply.error->hint.find("--timeout") != std::string::npos);
}

TEST_CASE("a reader that asks for too much again and again delays another by one budget, not by all of them") {
  Store store;
  constexpr int kGreedy = 20;
  {
    LiveBroker broker(store);
    broker.start();
    auto reader = must_connect(store);
    auto writer = must_connect(store);
    Occupied worker(store);
    std::string all;
    for (int i = 0; i < kGreedy; ++i) all += encode(greedy());
    REQUIRE(reader.say(all));
    worker.await_waiting(1);
    REQUIRE(writer.send(add("b", "k1")));
    worker.await_waiting(2);
    worker.release();
    CHECK(writer.reply().commit_seq == 2U);
    for (int i = 0; i < kGreedy; ++i) CHECK(error_of(reader.reply()) == "OVER_BUDGET");
  }
  // What the trail says was committed when each greedy read ended.
  Bench bench(store);
  int before = 0;
  int after = 0;
  for (auto const& stored : ledger::records_after(bench.engine().database(), audit::Chain::reads, 0, 100)) {
    auto const record = audit::parse_record(stored.body).value();
    if (record.request_type == "counter.glance") ++(record.commit_seq < 2 ? before : after);
  }
  CHECK(before == 1);
  CHECK(after == kGreedy - 1);
}

TEST_CASE("a read that ran over its budget is told to all who joined it, and is kept for nobody") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    Occupied worker(store);
    auto one = must_connect(store);
    auto other = must_connect(store);
    REQUIRE(one.send(greedy()));
    REQUIRE(other.send(greedy()));
    worker.await_waiting(2);
    worker.release();
    CHECK(error_of(one.reply()) == "OVER_BUDGET");
    CHECK(error_of(other.reply()) == "OVER_BUDGET");
    CHECK(error_of(one.ask(greedy())) == "OVER_BUDGET");
  }
  Bench bench(store);
  int executed = 0;
  int joined = 0;
  for (auto const& stored : ledger::records_after(bench.engine().database(), audit::Chain::reads, 0, 100)) {
    auto const record = audit::parse_record(stored.body).value();
    CHECK(record.error == "OVER_BUDGET");
    if (record.served == audit::Served::executed) ++executed;
    if (record.served == audit::Served::joined) ++joined;
  }
  CHECK(executed == 2);
  CHECK(joined == 1);
}

TEST_CASE("what one connection sends ahead makes nobody wait: each connection has its turn") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  constexpr int kAhead = 200;
  constexpr int kOthers = 3;
  auto pipelining = must_connect(store);
  std::vector<Client> others;
  for (int i = 0; i < kOthers; ++i) others.push_back(must_connect(store));
  Occupied worker(store);
  std::string all;
  for (int i = 0; i < kAhead; ++i) all += encode(add("a", "ahead-" + std::to_string(i)));
  REQUIRE(pipelining.say(all));
  worker.await_waiting(1);
  for (int i = 0; i < kOthers; ++i)
    REQUIRE(others[static_cast<std::size_t>(i)].send(add("a", "k" + std::to_string(i))));
  worker.await_waiting(1 + kOthers);
  worker.release();
  // The counter says how many were executed before.
  for (int i = 0; i < kOthers; ++i) CHECK(value_in(others[static_cast<std::size_t>(i)].reply()) == i + 2);
  for (int i = 0; i < kAhead; ++i) {
    auto const reply = pipelining.reply();
    CHECK(value_in(reply) == (i == 0 ? 1 : i + 1 + kOthers));
  }
}

TEST_CASE("several connections that send ahead are served in turns") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  constexpr int kAhead = 50;
  std::vector<Client> clients;
  for (int c = 0; c < 4; ++c) clients.push_back(must_connect(store));
  Occupied worker(store);
  for (std::size_t c = 0; c < clients.size(); ++c) {
    std::string all;
    for (int i = 0; i < kAhead; ++i) all += encode(add("a", std::to_string(c) + "-" + std::to_string(i)));
    REQUIRE(clients[c].say(all));
    worker.await_waiting(static_cast<int>(c) + 1);
  }
  worker.release();
  for (int i = 0; i < kAhead; ++i) {
    for (auto& client : clients) {
      // In each round everybody is executed once, so nobody is ever more than a round ahead.
      auto const place = value_in(client.reply());
      CHECK(place > 4 * i);
      CHECK(place <= 4 * (i + 1));
    }
  }
}

}  // namespace decapod::broker
