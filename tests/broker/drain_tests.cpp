// Leaving loses nobody: who connected is answered, or turned away before anything of theirs was executed.

#include <atomic>
#include <filesystem>

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::FrameKind;
using ipc::Status;

struct Tally {
  int answered = 0;
  int turned_away = 0;
  int lost = 0;
  std::vector<std::string> committed;
  std::vector<std::string> not_executed;
};

// New connections with one request each until nobody greets any more.
Tally ask_until_gone(Store const& store, int worker) {
  Tally tally;
  for (int i = 0;; ++i) {
    auto const name = "w" + std::to_string(worker) + "-" + std::to_string(i);
    auto client = Client::connect(store);
    if (!client) {
      tally.not_executed.push_back(name);
      ++tally.turned_away;
      return tally;
    }
    client->send(add(name, name));
    auto const message = client->hear();
    if (!message) {
      ++tally.lost;
    } else if (message->kind == FrameKind::go_away) {
      ++tally.turned_away;
      tally.not_executed.push_back(name);
    } else {
      ++tally.answered;
      tally.committed.push_back(name);
    }
  }
}

}  // namespace

TEST_CASE("of clients that come while a broker drains none is lost and none is executed unanswered") {
  for (int round = 0; round < 10; ++round) {
    Store store;
    std::vector<Tally> tallies;
    {
      LiveBroker broker(store);
      broker.start();
      std::vector<std::future<Tally>> workers;
      for (int w = 0; w < 6; ++w) {
        workers.push_back(std::async(std::launch::async, [&store, w] { return ask_until_gone(store, w); }));
      }
      std::this_thread::sleep_for(Millis(20 + 3 * round));
      broker.stop();
      for (auto& worker : workers) tallies.push_back(worker.get());
    }
    Bench bench(store);
    std::int64_t answered = 0;
    for (auto const& tally : tallies) {
      CHECK(tally.lost == 0);
      answered += tally.answered;
      for (auto const& name : tally.committed) CHECK(bench.value(name) == 1);
      for (auto const& name : tally.not_executed) CHECK(bench.value(name) == 0);
    }
    CHECK(answered > 0);
    CHECK(bench.count("SELECT count(*) FROM counter") == answered);
  }
}

TEST_CASE("whoever is queued when a broker serves the queue only is answered, and then it leaves") {
  Store store;
  LiveBroker broker(store);
  std::vector<std::future<std::int64_t>> clients;
  std::atomic<int> connected = 0;
  for (int c = 0; c < 5; ++c) {
    clients.push_back(std::async(std::launch::async, [&, c] {
      auto const fd = ipc::connect_to(store.paths());
      ++connected;
      ipc::Channel channel(*fd);
      auto const hello = channel.read_hello(in(10'000));
      if (!hello.has_value() || !hello->has_value()) return std::int64_t{-1};
      auto const name = "c" + std::to_string(c);
      channel.write(encode(add(name, name)), in(10'000));
      auto const message = channel.read_message(in(10'000));
      auto const end = channel.read_message(in(10'000));
      bool const sent_away = end.has_value() && end->has_value() && (**end).kind == FrameKind::go_away;
      bool const replied = message.has_value() && message->has_value() && (**message).kind == FrameKind::reply;
      return std::int64_t{replied && sent_away ? 1 : 0};
    }));
  }
  while (connected < 5) std::this_thread::sleep_for(Millis(1));
  broker.start(LiveBroker::Mode::queued_only);
  for (auto& client : clients) CHECK(client.get() == 1);
  REQUIRE(broker.ended_within(Millis(1000)).has_value());
  CHECK(Bench(store).count("SELECT sum(value) FROM counter") == 5);
}

TEST_CASE("a drain answers the request that is being executed, and does not take the next on its connection") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    auto client = must_connect(store);
    REQUIRE(
        client.say(encode(request("counter.add", {{"name", "a"}, {"slow_ms", 200}}, "k1")) + encode(add("b", "k2"))));
    std::this_thread::sleep_for(Millis(50));
    auto const stopping = std::async(std::launch::async, [&] { return broker.stop(); });
    CHECK(client.reply().status == Status::COMMITTED);
    auto const next = client.hear();
    REQUIRE(next.has_value());
    CHECK(next->kind == FrameKind::go_away);
    stopping.wait();
  }
  Bench bench(store);
  CHECK(bench.value("a") == 1);
  CHECK(bench.value("b") == 0);
}

TEST_CASE("a queued client that says nothing delays the drain by two seconds at most") {
  Store store;
  LiveBroker broker(store);
  auto const silent = ipc::connect_to(store.paths());
  REQUIRE(silent.has_value());
  ipc::Channel const channel(*silent);
  auto const started = std::chrono::steady_clock::now();
  broker.start(LiveBroker::Mode::queued_only);
  REQUIRE(broker.ended_within(Millis(4000)).has_value());
  auto const took = std::chrono::steady_clock::now() - started;
  CHECK(took >= ipc::kDrainTimeout - Millis(50));
  CHECK(took < ipc::kDrainTimeout + Millis(500));
}

}  // namespace decapod::broker
