// Leaving loses nobody: who connected is answered, or turned away before anything of theirs was executed.

#include <atomic>
#include <deque>
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
Tally ask_until_gone(Store const& store, int worker, std::atomic<int>& answered) {
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
      ++answered;
      tally.committed.push_back(name);
    }
  }
}

}  // namespace

TEST_CASE("of clients that come while a broker drains none is lost and none is executed unanswered") {
  for (int round = 0; round < 10; ++round) {
    Store store;
    std::vector<Tally> tallies;
    std::atomic<int> answered_yet = 0;
    {
      LiveBroker broker(store);
      broker.start();
      std::vector<std::future<Tally>> workers;
      for (int w = 0; w < 6; ++w) {
        workers.push_back(std::async(std::launch::async, [&, w] { return ask_until_gone(store, w, answered_yet); }));
      }
      CHECK(eventually([&] { return answered_yet > 10; }));
      std::this_thread::sleep_for(Millis(3 * round));
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
    CHECK(answered > 10);
    CHECK(bench.count("SELECT count(*) FROM counter") == answered);
  }
}

TEST_CASE("whoever is queued when a broker serves the queue only is answered, and then it leaves") {
  Store store;
  LiveBroker broker(store);
  std::deque<ipc::Channel> clients;
  for (int c = 0; c < 5; ++c) {
    auto const fd = ipc::connect_to(store.paths());
    REQUIRE(fd.has_value());
    clients.emplace_back(*fd);
    // Before the greeting: however slow this machine is, the request is there when the broker looks.
    auto const name = "c" + std::to_string(c);
    REQUIRE(clients.back().write(encode(add(name, name)), late_enough()).has_value());
  }
  broker.start(LiveBroker::Mode::queued_only);
  for (auto& client : clients) {
    auto const hello = client.read_hello(late_enough());
    REQUIRE((hello.has_value() && hello->has_value()));
    auto const message = client.read_message(late_enough());
    REQUIRE((message.has_value() && message->has_value()));
    CHECK((**message).kind == FrameKind::reply);
    auto const end = client.read_message(late_enough());
    REQUIRE((end.has_value() && end->has_value()));
    CHECK((**end).kind == FrameKind::go_away);
  }
  REQUIRE(broker.ended().has_value());
  CHECK(Bench(store).count("SELECT sum(value) FROM counter") == 5);
}

TEST_CASE("a drain answers the request that is being executed, and does not take the next on its connection") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    auto client = must_connect(store);
    HeldRequest const held;
    REQUIRE(client.say(encode(held.add("a", "k1")) + encode(add("b", "k2"))));
    REQUIRE(held.is_executed());
    auto const stopping = std::async(std::launch::async, [&] { return broker.stop(); });
    // Whoever drains gives up its name first.
    CHECK(eventually([&] { return !std::filesystem::exists(store.paths().socket); }));
    held.let_go();
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
  auto const drained_in = [] {
    Store store;
    LiveBroker broker(store);
    auto const silent = ipc::connect_to(store.paths());
    REQUIRE(silent.has_value());
    ipc::Channel const channel(*silent);
    auto const started = std::chrono::steady_clock::now();
    broker.start(LiveBroker::Mode::queued_only);
    REQUIRE(broker.ended().has_value());
    auto const took = std::chrono::steady_clock::now() - started;
    CHECK(took >= ipc::kDrainTimeout - Millis(50));
    return took;
  };
  constexpr auto kPromised = ipc::kDrainTimeout + Millis(500);
  CHECK(shortest(kPromised, drained_in) < kPromised);
}

}  // namespace decapod::broker
