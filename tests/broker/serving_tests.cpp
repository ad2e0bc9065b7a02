#include <decapod/ipc/endpoint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;

// While it lives this process can open nothing.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
    Descriptor const lowest(dup(STDOUT_FILENO));
    rlimit const none{.rlim_cur = static_cast<rlim_t>(lowest.get()), .rlim_max = before_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  NoMoreDescriptors(NoMoreDescriptors const&) = delete;
  NoMoreDescriptors& operator=(NoMoreDescriptors const&) = delete;
  ~NoMoreDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("the broker speaks first, and says whom and what it serves") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto const client = must_connect(store);
  auto const& hello = client.hello();
  struct stat facts {};
  REQUIRE(stat(store.paths().directory.c_str(), &facts) == 0);
  CHECK(hello.state_ino == facts.st_ino);
  CHECK(hello.state_dev == facts.st_dev);
  CHECK(hello.protocol_major == ipc::kProtocolMajor);
  CHECK(hello.version_rank == LiveBroker::rank().version);
  CHECK(hello.schema == supported_schema(counters()));
  CHECK(hello.store_uuid == "store-1");
  CHECK(hello.generation == 1);
  CHECK(hello.build == "0.1.0");
}

TEST_CASE("a request has one reply, and pipelined requests have theirs in order") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  std::string all;
  for (int i = 1; i <= 100; ++i) all += encode(add("a", "k" + std::to_string(i)));
  REQUIRE(client.say(all));
  for (int i = 1; i <= 100; ++i) {
    auto const reply = client.reply();
    CHECK(reply.status == Status::COMMITTED);
    CHECK(value_in(reply) == i);
    CHECK(reply.commit_seq == static_cast<std::uint64_t>(i));
  }
  CHECK(value_in(client.ask(get("a"))) == 100);
}

TEST_CASE("a write is seen by every read that begins after its reply, on any connection") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto writer = must_connect(store);
  auto reader = must_connect(store);
  for (int i = 1; i <= 50; ++i) {
    CHECK(writer.ask(add("a", "k" + std::to_string(i))).status == Status::COMMITTED);
    CHECK(value_in(reader.ask(get("a"))) == i);
  }
}

TEST_CASE("many clients at once each get their own answer, and every effect counts once") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    std::vector<std::future<int>> clients;
    for (int c = 0; c < 8; ++c) {
      clients.push_back(std::async(std::launch::async, [&store, c] {
        auto client = must_connect(store);
        int committed = 0;
        for (int i = 0; i < 50; ++i) {
          auto const reply = client.ask(add("c" + std::to_string(c), std::to_string(c) + "-" + std::to_string(i)));
          if (reply.status == Status::COMMITTED && value_in(reply) == i + 1) ++committed;
        }
        return committed;
      }));
    }
    for (auto& client : clients) CHECK(client.get() == 50);
  }
  Bench bench(store);
  CHECK(bench.count("SELECT sum(value) FROM counter") == 400);
  CHECK(bench.count("SELECT count(*) FROM audit_mutation") == 400);
}

TEST_CASE("a client that left before its reply has its effect once, and the ledger keeps the answer") {
  Store store;
  {
    LiveBroker broker(store);
    broker.start();
    auto slow = must_connect(store);
    HeldRequest const held;
    REQUIRE(slow.send(held.add("a", "k1")));
    REQUIRE(held.is_executed());
    {
      auto hasty = must_connect(store);
      REQUIRE(hasty.send(add("b", "k2")));
    }
    held.let_go();
    CHECK(slow.reply().status == Status::COMMITTED);
    auto again = must_connect(store);
    CHECK(value_in(again.ask(add("b", "k2"))) == 1);
  }
  CHECK(Bench(store).value("b") == 1);
}

TEST_CASE("a service that cannot be set up closes its listener, so that nobody waits for it") {
  Store store;
  auto const directory = counters();
  auto const lock = *election::LeaderLock::try_acquire(store.paths().leader_lock).value();
  auto engine = Engine::open(Bench::options_of(store), directory, store.clock()).value();
  auto const listening = ipc::listen_at(store.paths());
  REQUIRE(listening.has_value());
  Descriptor listener(listening->descriptor);
  {
    NoMoreDescriptors const none;
    CHECK_THROWS(
        serve_queued({.paths = store.paths()}, std::move(engine), lock, std::move(listener), directory, store.clock()));
  }
  auto const connected = ipc::connect_to(store.paths());
  CHECK((!connected && connected.error() == ipc::Refusal::nobody_listens));
}

TEST_CASE("a status request is answered beside requests") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  client.ask(add("a", "k1"));
  REQUIRE(client.say(ipc::make_frame(ipc::FrameKind::status, "")));
  auto const message = client.hear();
  REQUIRE(message.has_value());
  CHECK(message->kind == ipc::FrameKind::status);
  auto const status = parse_json(message->body, "status").value().as_object();
  CHECK(status.at("serving") == true);
  CHECK(status.at("connections") == 1);
  CHECK(status.at("requests") == 1);
  CHECK(status.at("epoch") == 1);
}

TEST_CASE("a write without a key, and an operation nobody knows, are refused and the connection lives on") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  CHECK(error_of(client.ask(add("a", ""))) == "BAD_REQUEST");
  auto const unknown = client.ask(request("counter.explode", {}, "k1"));
  CHECK(error_of(unknown) == "UNKNOWN_VERB");
  CHECK(unknown.status == Status::NOT_COMMITTED);
  CHECK(client.ask(add("a", "k1")).status == Status::COMMITTED);
}

}  // namespace decapod::broker
