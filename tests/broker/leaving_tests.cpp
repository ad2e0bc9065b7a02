// When a broker leaves, for whom, and what it leaves behind.

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
  Store store;
  LiveBroker broker(store, {.idle = Millis(150)});
  broker.start();
  { must_connect(store).ask(add("a", "k1")); }
  auto const answered = steady_clock::now();
  auto const ended = broker.ended_within(Millis(3000));
  auto const stayed = steady_clock::now() - answered;
  REQUIRE(ended.has_value());
  CHECK(ended->ending == Ending::left);
  CHECK(ended->reason == LeaveReason::idle);
  CHECK(stayed >= Millis(145));
  CHECK(stayed < Millis(600));
  CHECK_FALSE(fs::exists(store.paths().socket));
  CHECK_FALSE(fs::exists(store.paths().wal));
  auto const exported = test::read_file(store.paths().exported("mutations"));
  CHECK(std::ranges::count(exported, '\n') == 1);
}

TEST_CASE("a long tenure ends although it is never idle") {
  Store store;
  LiveBroker broker(store, {.idle = Millis(60'000), .longest = Millis(200)});
  broker.start();
  auto const ended = broker.ended_within(Millis(2000));
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
  auto const ended = broker.ended_within(Millis(2000));
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::stepped_down);
}

TEST_CASE("somebody who waits for the lock has it within a tenth of a second") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  must_connect(store).ask(add("a", "k1"));
  auto const want = election::WantLock::acquire(store.paths().want_lock, in(1000));
  auto const started = steady_clock::now();
  auto const ended = broker.ended_within(Millis(2000));
  CHECK(steady_clock::now() - started < Millis(100));
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::wanted);
  CHECK(election::LeaderLock::try_acquire(store.paths().leader_lock)->has_value());
}

TEST_CASE("a broker whose lock file was replaced leaves within a second and touches no name") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  must_connect(store).ask(add("a", "k1"));
  auto const socket = ipc::socket_inode(store.paths());
  test::write_file(store.paths().directory + "/other", "");
  fs::rename(store.paths().directory + "/other", store.paths().leader_lock);
  auto const ended = broker.ended_within(Millis(1000));
  REQUIRE(ended.has_value());
  CHECK(ended->reason == LeaveReason::replaced);
  CHECK(ipc::socket_inode(store.paths()) == socket);
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
  auto const late = client.ask(add("a", "k2"));
  CHECK(late.status != Status::COMMITTED);
  auto const ended = broker.ended_within(Millis(1500));
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
  fs::remove(store.paths().wal);
  auto const reply = client.ask(add("a", "k2"));
  CHECK(reply.status == Status::UNKNOWN);
  auto const ended = broker.ended_within(Millis(2000));
  REQUIRE(ended.has_value());
  CHECK(ended->ending == Ending::abandoned);
  CHECK(ended->reason == LeaveReason::failed);
  CHECK(ipc::socket_inode(store.paths()) != 0);  // the next leader sees that this one did not leave in order
}

}  // namespace decapod::broker
