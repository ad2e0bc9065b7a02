#pragma once
// A broker that serves in a thread of this process, and clients that talk to it over its socket.

#include <decapod/base/descriptor.h>
#include <decapod/broker/service.h>
#include <decapod/ipc/channel.h>
#include <support/eventually.h>

#include <filesystem>
#include <future>
#include <optional>
#include <thread>

#include "engine_fixture.h"

namespace decapod::test {

// A deadline that only a failure reaches.
inline SteadyTime late_enough() {
  return std::chrono::steady_clock::now() + kPatience;
}

// A request whose handler does not end before it is let go.
class HeldRequest {
 public:
  ipc::Request add(std::string const& name, std::string const& key) const {
    return request("counter.add", {{"name", name}, {"held_by", path_}}, key);
  }
  bool is_executed() const {
    return eventually([&] { return std::filesystem::exists(path_ + ".here"); });
  }
  void let_go() const { write_file(path_ + ".go", ""); }

 private:
  TempDirectory directory_;
  std::string path_ = directory_ / "held";
};

class LiveBroker {
 public:
  enum class Mode { tenure, queued_only };

  explicit LiveBroker(Store& store, election::TenureLimits limits = {.idle = Millis(60'000)});
  ~LiveBroker();
  LiveBroker(LiveBroker const&) = delete;
  LiveBroker& operator=(LiveBroker const&) = delete;

  // Before start().
  void limit_queue(broker::QueueLimits queue) { options_.queue = queue; }
  void give_drain_up_after(Millis time) { options_.drain_watchdog = time; }
  void ignore_waiter() { options_.want = broker::Want::ignored_until_free; }
  // Before it the socket listens, but nobody accepts: clients queue in the kernel.
  void start(Mode mode = Mode::tenure);
  // How it ended by itself; nullopt if it does not.
  std::optional<broker::Ended> ended();
  // Asks it to leave and waits. Any thread: it asserts nothing.
  broker::Ended stop();

  static election::BuildRank rank() { return {.schema = 2, .protocol = ipc::kProtocolMajor, .version = 1'000}; }

 private:
  Store& store_;
  broker::Directory directory_ = counters();
  broker::ServiceOptions options_;
  std::unique_ptr<broker::Engine> engine_;
  std::optional<election::LeaderLock> lock_;
  Descriptor listener_;
  std::future<broker::Ended> ended_;
};

// One connection. Everything has a deadline of kPatience.
class Client {
 public:
  // nullopt: turned away before the greeting.
  static std::optional<Client> connect(Store const& store);

  ipc::Hello const& hello() const { return hello_; }
  bool say(std::string_view bytes) { return channel_->write(bytes, late_enough()).has_value(); }
  bool send(ipc::Request const& request);
  // Whether something lies there to be heard.
  bool has_been_told() const;
  // The next message; nullopt: the broker closed.
  std::optional<ipc::Frame> hear();
  // The next message, which must be a reply.
  ipc::Reply reply();
  ipc::Reply ask(ipc::Request const& request);

 private:
  std::unique_ptr<ipc::Channel> channel_;
  int descriptor_ = -1;  // the channel's
  ipc::Hello hello_;
};

Client must_connect(Store const& store);
// Throws if it is something else than a reply.
ipc::Reply reply_in(ipc::Frame const& message);

// Keeps the worker busy: a write that is being executed from construction until release().
class Occupied {
 public:
  explicit Occupied(Store const& store);
  // Waits until `count` requests wait besides its own.
  void await_waiting(int count);
  void release();

 private:
  void await_status(std::string_view field, std::int64_t value);

  HeldRequest held_;
  Client writer_;
  Client witness_;
};

std::string encode(ipc::Request const& request);

}  // namespace decapod::test
