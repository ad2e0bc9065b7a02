// Memory that runs out in the server, driven by hand: one client's fault stays its own, and a process that can serve
// nobody any more ends.

#include <decapod/broker/server.h>
#include <decapod/ipc/frame.h>

#include <array>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "engine_fixture.h"
#include "scarce.h"

namespace decapod::broker {
namespace {

using namespace test;

// A client's stream: what was written to it, and what the server is told.
class HandWire final : public Wire {
 public:
  void attach(std::weak_ptr<WireEvents> events) override { events_ = std::move(events); }
  void read() override {}
  void write(std::string bytes) override {
    heard += bytes;
    writing_ = true;
  }
  void arm(WireTimer /*timer*/, Millis /*time*/) override {}
  void disarm(WireTimer /*timer*/) override {}
  void close() override { closed = true; }

  void say(std::string_view bytes) {
    if (auto const events = events_.lock()) events->received(bytes);
  }
  void take() {
    auto const events = events_.lock();
    if (std::exchange(writing_, false) && events) events->sent();
  }

  std::string heard;
  bool closed = false;

 private:
  std::weak_ptr<WireEvents> events_;
  bool writing_ = false;
};

class HandShell final : public ServerShell {
 public:
  std::uint64_t socket_inode() override { return 0; }
  void remove_socket(std::uint64_t /*inode*/) override {}
  void stop_listening() override {}
  std::optional<Arrival> next_queued() override { return std::nullopt; }
  void arm(ServerTimer timer, std::chrono::nanoseconds /*time*/) override {
    // As an event loop would need some.
    auto const memory = std::make_unique<int>();
    armed[static_cast<std::size_t>(timer)] = true;
  }
  void disarm(ServerTimer timer) override { armed[static_cast<std::size_t>(timer)] = false; }
  void post(std::function<void()> action) override { posted.push_back(std::move(action)); }
  void wake_worker() override {}
  void end() override { ended = true; }
  void die() override { std::terminate(); }

  bool will_end() const { return ended || armed[static_cast<std::size_t>(ServerTimer::grace)]; }

  std::array<bool, 4> armed{};
  std::deque<std::function<void()>> posted;
  bool ended = false;
};

// A server in its tenure, and what drives it.
class Driven {
 public:
  explicit Driven(Store& store)
      : lock_(*election::LeaderLock::try_acquire(store.paths().leader_lock).value()),
        options_{.paths = store.paths(), .limits = {.idle = Millis(60'000)}, .build = "0.1.0"},
        server_(options_, Engine::open(Bench::options_of(store), directory_, store.clock()).value(), lock_,
                election::WantProbe(store.paths().want_lock), directory_, store.clock(), {}, shell) {
    server_.start(Server::Mode::tenure);
  }

  std::shared_ptr<HandWire> connect() {
    auto wire = std::make_shared<HandWire>();
    server_.arrived({.wire = wire, .peer = Peer::ours});
    wire->take();
    wire->heard.clear();
    return wire;
  }

  // As the event loop does it.
  void step(std::function<void()> const& action) {
    try {
      action();
    } catch (std::exception const& fault) {
      server_.faulted(fault.what());
    }
  }

  // The worker does what is queued, and the server hears of it.
  void work() {
    execute();
    hear();
  }
  void execute() {
    while (server_.worker().has_work()) server_.worker().turn();
  }
  void hear() {
    while (!shell.posted.empty()) {
      auto const action = std::move(shell.posted.front());
      shell.posted.pop_front();
      step(action);
    }
  }

  Server& server() { return server_; }

  HandShell shell;

 private:
  Directory const directory_ = counters();
  election::LeaderLock lock_;
  ServiceOptions options_;
  Server server_;
};

std::string frames_of(ipc::Request const& asked) {
  return ipc::make_frames(ipc::FrameKind::request, to_text(codec::encode(asked)));
}

class Room final : public ConnectionHost {
 public:
  std::optional<std::string> accept_request(Connection& /*from*/, ipc::Request /*request*/,
                                            std::size_t /*bytes*/) override {
    return "";
  }
  void step_down_asked(std::string_view /*body*/) override {}
  ServiceStatus status() override { return {}; }
  bool reserve(std::size_t bytes) override {
    reserved += static_cast<std::int64_t>(bytes);
    return true;
  }
  void give_back(std::size_t bytes) override { reserved -= static_cast<std::int64_t>(bytes); }
  void refused_frame(std::string_view /*why*/) override {}
  void connection_failed(std::string_view /*why*/) override {}
  void closed(Connection& /*connection*/) override {}

  std::int64_t reserved = 0;
};

constexpr std::int64_t kPlacesMost = 400;

}  // namespace

TEST_CASE("wherever memory runs out while everybody is sent away, the process ends") {
  auto const row = GENERATE(1, 2, 1'000'000);
  Store store;
  int fired = 0;
  bool all = false;
  for (std::int64_t succeed = 0; !all && succeed < kPlacesMost; ++succeed) {
    INFO("after " << succeed << " allocations, " << row << " fail");
    Driven broker(store);
    auto const clients = std::array{broker.connect(), broker.connect(), broker.connect()};
    auto const fault = [] { throw std::runtime_error("a fault"); };
    auto const farewell = [&] { broker.server().faulted("no memory"); };
    {
      Scarce const scarce(succeed, row);
      broker.step(succeed % 2 == 0 ? std::function<void()>(fault) : std::function<void()>(farewell));
      all = !Scarce::has_failed();
    }
    fired += all ? 0 : 1;
    CHECK(broker.shell.will_end());
    CHECK(broker.server().ended().ending == Ending::abandoned);
    // Whatever fails afterwards: nobody is kept waiting for a time that may never come.
    broker.server().faulted("again");
    CHECK(broker.shell.ended);
  }
  CHECK(all);
  CHECK(fired > 3);
}

TEST_CASE("wherever memory runs out while a read is taken in, an equal read after it is answered") {
  auto const row = GENERATE(1, 4);
  Store store;
  Driven broker(store);
  int fired = 0;
  bool all = false;
  for (std::int64_t succeed = 0; !all && succeed < kPlacesMost; ++succeed) {
    INFO("after " << succeed << " allocations, " << row << " fail");
    auto const name = "r" + std::to_string(row) + "-" + std::to_string(succeed);
    auto const unlucky = broker.connect();
    auto const lucky = broker.connect();
    auto const frames = frames_of(peek(name));
    {
      Scarce const scarce(succeed, row);
      broker.step([&] { unlucky->say(frames); });
      all = !Scarce::has_failed();
    }
    fired += all ? 0 : 1;
    lucky->say(frames);
    broker.work();
    CHECK(lucky->heard.find(R"("status":"OK")") != std::string::npos);
    CHECK((unlucky->closed || !unlucky->heard.empty()));
    CHECK_FALSE(broker.shell.will_end());
    for (auto const& client : {unlucky, lucky}) {
      client->take();
      if (!client->closed) broker.step([&] { client->say("no frame at all"); });
      client->take();
    }
  }
  CHECK(all);
  CHECK(fired > 30);
}

TEST_CASE("wherever memory runs out while a write is answered, its client hears the truth, and it is applied once") {
  auto const row = GENERATE(1, 4);
  Store store;
  int fired = 0;
  int untold = 0;
  bool all = false;
  for (std::int64_t succeed = 0; !all && succeed < kPlacesMost; ++succeed) {
    INFO("after " << succeed << " allocations, " << row << " fail");
    auto const name = "w" + std::to_string(row) + "-" + std::to_string(succeed);
    {
      Driven broker(store);
      auto const client = broker.connect();
      broker.step([&] { client->say(frames_of(add(name, name))); });
      broker.execute();
      {
        Scarce const scarce(succeed, row);
        broker.hear();
        all = !Scarce::has_failed();
      }
      fired += all ? 0 : 1;
      bool const told = client->heard.find(R"("status":"COMMITTED")") != std::string::npos;
      bool const unknown = client->heard.find(R"("status":"UNKNOWN")") != std::string::npos;
      untold += told ? 0 : 1;
      CHECK((told || unknown || client->closed || broker.shell.will_end()));
      CHECK(client->heard.find("NOT_COMMITTED") == std::string::npos);
    }
    Bench bench(store);
    CHECK(bench.write(add(name, name)).status == ipc::Status::COMMITTED);
    CHECK(bench.value(name) == 1);
  }
  CHECK(all);
  CHECK(fired > 10);
  CHECK(untold > 0);
}

TEST_CASE("room that was reserved for a part is given back when there is no memory to keep it in") {
  Room room;
  bool all = false;
  int fired = 0;
  for (std::int64_t succeed = 0; !all && succeed < kPlacesMost; ++succeed) {
    auto const wire = std::make_shared<HandWire>();
    auto const connection = std::make_shared<Connection>(1, wire, room, std::chrono::steady_clock::now());
    connection->start("", Leaving::no);
    auto const part = ipc::make_frame(ipc::FrameKind::part, std::string(1000, 'x'));
    {
      Scarce const scarce(succeed, 1);
      wire->say(part);
      all = !Scarce::has_failed();
    }
    fired += all ? 0 : 1;
    connection->close();
    CHECK(room.reserved == 0);
  }
  CHECK(all);
  CHECK(fired > 0);
}

}  // namespace decapod::broker
