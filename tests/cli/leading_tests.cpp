// What a winner leaves behind when the machine fails it.

#include <decapod/reach/machine.h>
#include <decapod/reach/session.h>
#include <support/eventually.h>

#include <new>
#include <vector>

#include "engine_fixture.h"

namespace decapod::reach {
namespace {

using namespace test;

constexpr int kListener = 41;

// The system's locks and clock; nobody listens, and what else goes wrong a test says.
class FailingMachine final : public Machine {
 public:
  Result<election::OpenedLock> open_lock(std::string const& path) override {
    return election::system_kernel().open_lock(path);
  }
  SteadyTime steady() override { return election::system_kernel().steady(); }
  void rest(std::chrono::microseconds time) override { election::system_kernel().rest(time); }

  Result<void> judge_lock() override { return {}; }
  Dialled<std::unique_ptr<ipc::Channel>> dial() override { return ipc::Refusal::nobody_listens; }
  Dialled<ipc::Listening> listen() override {
    ++listens;
    if (refusal) return *refusal;
    return ipc::Listening{.descriptor = kListener, .inode = 7};
  }
  void close_listener(int listener) override { closed.push_back(listener); }
  void remove_socket() override {}
  void remove_own_socket(std::uint64_t /*inode*/) override {}
  bool has_socket() override { return false; }
  std::optional<DirectoryIdentity> state_directory() override { return std::nullopt; }
  bool has_commits_in_wal() override { return false; }
  Result<void> make_missing_locks() override { return {}; }
  Room room_for_a_broker() override { throw std::bad_alloc(); }
  std::unique_ptr<Standby> stand_by(Handover const& /*handover*/, int /*lock*/, int /*listener*/,
                                    Awaited /*awaited*/) override {
    return nullptr;
  }
  void reap() override {}
  broker::Ended serve(broker::Server::Mode /*mode*/, broker::ServiceOptions const& /*options*/,
                      std::unique_ptr<broker::Engine> /*engine*/, election::LeaderLock const& /*lock*/,
                      int /*listener*/, broker::Directory const& /*directory*/, Clock& /*clock*/) override {
    return {};
  }

  std::optional<ipc::Refusal> refusal;
  int listens = 0;
  std::vector<int> closed;
};

class Command {
 public:
  Result<ipc::Reply> ask(ipc::Request const& asked) {
    auto const deadline = std::chrono::steady_clock::now() + kPatience;
    return session_->send(*directory_.find(asked.op)->type, asked, deadline);
  }

  Store store;
  FailingMachine machine;

 private:
  broker::Directory directory_ = counters();
  Build build_{.version = "0.1.0", .rank = {}};
  std::unique_ptr<WalkingSession> session_ =
      open_session(store.paths(), {}, build_, directory_, store.clock(), machine,
                   {.boot_id = "boot-1", .fresh_store_uuid = "0198c0de00000000000000000000aaaa"});
};

}  // namespace

TEST_CASE("a winner that fails before it has answered closes its listener and lets the lock go") {
  Command command;
  CHECK_THROWS_AS(command.ask(get("a")), std::bad_alloc);
  CHECK(command.machine.closed == std::vector<int>{kListener});
  CHECK(election::LeaderLock::try_acquire(command.store.paths().leader_lock).value().has_value());
}

TEST_CASE("a winner that has no descriptor left for a socket answers directly, and listens when it leads again") {
  Command command;
  command.machine.refusal = ipc::Refusal::exhausted;
  CHECK(command.ask(add("a", "k1")).value().status == ipc::Status::COMMITTED);
  CHECK(command.ask(add("a", "k2")).value().status == ipc::Status::COMMITTED);
  CHECK(command.machine.listens == 2);
}

TEST_CASE("a winner that may not use sockets does not try again") {
  Command command;
  command.machine.refusal = ipc::Refusal::sockets_refused;
  CHECK(command.ask(add("a", "k1")).value().status == ipc::Status::COMMITTED);
  CHECK(command.ask(add("a", "k2")).value().status == ipc::Status::COMMITTED);
  CHECK(command.machine.listens == 1);
}

}  // namespace decapod::reach
