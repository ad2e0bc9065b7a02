// When a broker leaves, for whom, and what it leaves behind.

#include <decapod/broker/losses.h>
#include <decapod/broker/trail_export.h>
#include <decapod/ipc/endpoint.h>

#include <algorithm>
#include <filesystem>

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using election::LeaveReason;
using ipc::FrameKind;
using ipc::Status;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

std::string step_down(election::BuildRank const& rank) {
  json::object const body{{"schema", rank.schema}, {"protocol", rank.protocol}, {"version", rank.version}};
  return ipc::make_frame(FrameKind::step_down, to_text(body));
}

}  // namespace

TEST_CASE("a broker that nobody asks leaves after its idle time, with everything written and folded in") {
  auto const stayed = [] {
    Store store;
    LiveBroker broker(store, {.idle = Millis(150)});
    broker.start();
    auto client = must_connect(store);
    auto const asked = steady_clock::now();
    client.ask(add("a", "k1"));
    auto const answered = steady_clock::now();
    auto const ended = broker.ended();
    auto const left = steady_clock::now();
    REQUIRE(ended.has_value());
    CHECK(ended->ending == Ending::left);
    CHECK(ended->reason == LeaveReason::idle);
    CHECK(left - asked >= Millis(150));
    CHECK_FALSE(fs::exists(store.paths().socket));
    CHECK_FALSE(fs::exists(store.paths().wal));
    auto const exported = test::read_file(store.paths().exported("mutations"));
    CHECK(std::ranges::count(exported, '\n') == 1);
    return left - answered;
  };
  CHECK(shortest(Millis(600), stayed) < Millis(600));
}

TEST_CASE("nobody leaves for being idle while a request is on its way") {
  Store store;
  LiveBroker broker(store, {.idle = Millis(5)});
  broker.start();
  auto client = must_connect(store);
  // As long as a large request takes to be written down.
  std::this_thread::sleep_for(Millis(200));
  auto const whole = encode(add("a", "k1"));
  auto const half = whole.size() / 2;
  REQUIRE(client.say(whole.substr(0, half)));
  std::this_thread::sleep_for(Millis(200));
  REQUIRE(client.say(whole.substr(half)));
  CHECK(client.reply().status == Status::COMMITTED);
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::idle);
}

TEST_CASE("a client that never asks keeps nobody from leaving") {
  Store store;
  LiveBroker broker(store, {.idle = Millis(300)});
  broker.start();
  auto const silent = must_connect(store);
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::idle);
}

TEST_CASE("a long tenure ends although it is never idle") {
  Store store;
  LiveBroker broker(store, {.idle = Millis(60'000), .longest = Millis(200)});
  broker.start();
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::tenure);
}

TEST_CASE("a broker steps down for a newer build only") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto older = LiveBroker::rank();
  --older.version;
  auto newer = LiveBroker::rank();
  ++newer.version;
  auto client = must_connect(store);
  for (auto const& rank : {older, LiveBroker::rank()}) {
    REQUIRE(client.say(step_down(rank)));
    CHECK(client.ask(add("a", random_id())).status == Status::COMMITTED);
  }
  REQUIRE(client.say(step_down(newer)));
  auto const said = client.hear();
  REQUIRE(said.has_value());
  CHECK(said->kind == FrameKind::go_away);
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::stepped_down);
}

TEST_CASE("somebody who waits for the lock has it within a tenth of a second") {
  auto const waited = [] {
    Store store;
    LiveBroker broker(store);
    broker.start();
    must_connect(store).ask(add("a", "k1"));
    auto const want = election::WantLock::acquire(store.paths().want_lock, late_enough());
    auto const started = steady_clock::now();
    auto const ended = broker.ended();
    auto const took = steady_clock::now() - started;
    REQUIRE(ended.has_value());
    CHECK(ended->reason == LeaveReason::wanted);
    CHECK(election::LeaderLock::try_acquire(store.paths().leader_lock)->has_value());
    return took;
  };
  CHECK(shortest(Millis(100), waited) < Millis(100));
}

TEST_CASE("a broker whose lock file was replaced leaves within a second and touches no name") {
  auto const stayed = [] {
    Store store;
    LiveBroker broker(store);
    broker.start();
    must_connect(store).ask(add("a", "k1"));
    auto const socket = ipc::socket_inode(store.paths());
    test::write_file(store.paths().directory + "/other", "");
    auto const replaced = steady_clock::now();
    fs::rename(store.paths().directory + "/other", store.paths().leader_lock);
    auto const ended = broker.ended();
    auto const took = steady_clock::now() - replaced;
    REQUIRE(ended.has_value());
    CHECK(ended->reason == LeaveReason::replaced);
    CHECK(ipc::socket_inode(store.paths()) == socket);
    return took;
  };
  CHECK(shortest(Millis(1000), stayed) < Millis(1000));
}

TEST_CASE("a broker whose state directory was replaced makes nothing in the new one") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  client.ask(add("a", "k1"));
  auto const& directory = store.paths().directory;
  fs::rename(directory, directory + "-moved");
  fs::create_directory(directory);
  test::write_file(store.paths().leader_lock, "");
  // Refused, sent away or cut off, as the broker has noticed by then; only never done.
  if (client.send(add("a", "k2"))) {
    auto const late = client.hear();
    CHECK((!late || late->kind == FrameKind::go_away || reply_in(*late).status != Status::COMMITTED));
  }
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  std::vector<std::string> made;
  for (auto const& entry : fs::directory_iterator(directory)) made.push_back(entry.path().filename());
  std::erase(made, "broker.log");  // why it left is told to whoever looks
  CHECK(made == std::vector<std::string>{"leader.lock"});
  fs::remove_all(directory);
  fs::rename(directory + "-moved", directory);
}

TEST_CASE("a broker that cannot vouch for a commit says so and goes without touching the store") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  client.ask(add("a", "k1"));
  // While it is executed: a moment later the broker would have noticed by itself.
  HeldRequest const held;
  REQUIRE(client.send(held.add("a", "k2")));
  REQUIRE(held.is_executed());
  fs::remove(store.paths().wal);
  held.let_go();
  auto const reply = client.reply();
  CHECK(reply.status == Status::UNKNOWN);
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->ending == Ending::abandoned);
  CHECK(ended->reason == LeaveReason::failed);
  CHECK(ipc::socket_inode(store.paths()) != 0);  // the next leader sees that this one did not leave in order
}

TEST_CASE("a broker that has lost its store tells those it serves, leaves, and its successor serves") {
  Store store;
  HeldRequest const held;
  {
    LiveBroker broker(store);
    broker.start();
    auto client = must_connect(store);
    auto idle = must_connect(store);
    CHECK(client.ask(add("a", "k1")).status == Status::COMMITTED);
    REQUIRE(client.send(held.add("a", "k2")));
    REQUIRE(held.is_executed());
    std::filesystem::remove(store.paths().wal);
    held.let_go();
    auto const reply = client.reply();
    CHECK(reply.status == Status::UNKNOWN);
    CHECK(error_of(reply) == "OUTCOME_UNKNOWN");
    auto const away = idle.hear();
    REQUIRE(away.has_value());
    CHECK(away->kind == ipc::FrameKind::go_away);
    auto const ended = broker.ended();
    REQUIRE(ended.has_value());
    CHECK(ended->ending == Ending::abandoned);
    CHECK(ended->reason == election::LeaveReason::failed);
  }
  LiveBroker next(store);
  next.start();
  auto client = must_connect(store);
  CHECK(client.ask(held.add("a", "k2")).status == ipc::Status::COMMITTED);
  CHECK(client.ask(add("b", "k3")).status == ipc::Status::COMMITTED);
}

TEST_CASE("a command that serves its neighbours goes on although its worker hangs, and nobody leads before that ends") {
  Store store;
  HeldRequest const held;
  LiveBroker broker(store);
  broker.give_drain_up_after(Millis(100));
  auto const fd = ipc::connect_to(store.paths());
  REQUIRE(fd.has_value());
  ipc::Channel client(*fd);
  REQUIRE(client.write(encode(held.add("a", "k1")), late_enough()).has_value());
  broker.start(LiveBroker::Mode::queued_only);
  REQUIRE(held.is_executed());
  // While the handler does not end.
  REQUIRE(broker.ended().has_value());
  auto const lead = [&] {
    auto const lock = election::LeaderLock::try_acquire(store.paths().leader_lock);
    return lock.has_value() && lock->has_value();
  };
  CHECK_FALSE(lead());
  // Its client is not kept waiting for what this process will not bring.
  REQUIRE(client.read_hello(late_enough()).has_value());
  auto const end = client.read_message(late_enough());
  REQUIRE(end.has_value());
  REQUIRE_FALSE(end->has_value());
  CHECK(end->error() == ipc::Refusal::gone);
  held.let_go();
  CHECK(eventually(lead));
  CHECK(Bench(store).value("a") == 1);
}

TEST_CASE("a wall clock that is set makes no broker leave and no request late") {
  Store store;
  LiveBroker broker(store, {.idle = Millis(3'600'000), .longest = Millis(7'200'000)});
  broker.start();
  auto client = must_connect(store);
  constexpr Millis kYear{365LL * 24 * 3'600'000};
  int keys = 0;
  for (auto const ahead : {kYear, -kYear, 10 * kYear, Millis(0)}) {
    store.clock().set_wall_ahead(ahead);
    CHECK(client.ask(add("a", "k" + std::to_string(++keys))).status == Status::COMMITTED);
    // Longer than the broker takes to look around.
    std::this_thread::sleep_for(Millis(60));
    CHECK(value_in(client.ask(peek("a"))) == keys);
    CHECK(value_in(client.ask(peek("a"))) == keys);
  }
  CHECK(broker.stop().reason == LeaveReason::wanted);
}

TEST_CASE("a sign of waiting that is ignored at first is heeded when it has stood there for long") {
  Store store;
  auto const stopped = election::WantLock::acquire(store.paths().want_lock, late_enough());
  REQUIRE(stopped.has_value());
  LiveBroker broker(store);
  broker.ignore_waiter();
  auto const started = steady_clock::now();
  broker.start();
  CHECK(must_connect(store).ask(add("a", "k1")).status == Status::COMMITTED);
  auto const ended = broker.ended();
  auto const stayed = steady_clock::now() - started;
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::wanted);
  CHECK(stayed >= kWantIgnored);
}

TEST_CASE("a database that somebody writes over is noticed although nobody asks, and not read from again") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  {
    auto client = must_connect(store);
    REQUIRE(client.ask(add("a", "k1")).status == Status::COMMITTED);
  }
  auto const bytes = test::read_file(store.paths().database);
  std::this_thread::sleep_for(Millis(20));  // more than a file's time is exact to
  SECTION("by bytes") {
    test::write_file(store.paths().database, bytes);
  }
  bool replaced = false;
  SECTION("by another file in its place") {
    test::write_file(store.paths().database + ".backup", bytes);
    fs::rename(store.paths().database + ".backup", store.paths().database);
    replaced = true;
  }
  bool gone = false;
  SECTION("by none") {
    fs::remove(store.paths().database);
    gone = true;
  }
  auto const ended = broker.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->ending == Ending::abandoned);
  // What was acknowledged is in no file any more, and that must not be forgotten.
  CHECK(read_losses(store.paths().directory).size() == (gone ? 1 : 0));
  if (!replaced) return;
  // The log of the old one is kept, and nobody recovers it over the new one.
  CHECK(fs::exists(store.paths().wal + ".of-replaced"));
  CHECK(Bench(store).value("a") == 0);
}

// The files are looked at every tenth of a second, and a reader that pauses for two milliseconds can be answered no
// more than some fifty times in between. Quiet for long enough to be settled it never is.
TEST_CASE("a store that was replaced is noticed while somebody reads all the time") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  REQUIRE(client.ask(add("a", "k1")).status == Status::COMMITTED);
  test::write_file(store.paths().database + ".backup", test::read_file(store.paths().database));
  fs::rename(store.paths().database + ".backup", store.paths().database);
  int answered = 0;
  for (bool served = true; served && answered < 1000;) {
    std::this_thread::sleep_for(Millis(2));
    auto const message = client.send(get("x" + std::to_string(answered))) ? client.hear() : std::nullopt;
    served = message && message->kind == ipc::FrameKind::reply;
    answered += served ? 1 : 0;
  }
  CHECK(answered < 100);
  CHECK(broker.ended().has_value());
}

}  // namespace decapod::broker
