#pragma once
// The machine as one simulated process sees it: the seam of the product's way to the leader.

#include <decapod/reach/machine.h>

#include "host.h"

namespace decapod::sim {

class VirtualMachine final : public reach::Machine {
 public:
  // All borrowed. `failed_starts`: so many brokers cannot be started.
  VirtualMachine(Host& host, Process& process, Means means, int failed_starts)
      : host_(host), process_(process), means_(means), failed_starts_(failed_starts) {}
  ~VirtualMachine() override;

  Result<election::OpenedLock> open_lock(std::string const& path) override;
  SteadyTime steady() override { return process_.world().now(); }
  void rest(std::chrono::microseconds time) override;
  Result<void> judge_lock() override;
  reach::Dialled<std::unique_ptr<ipc::Channel>> dial() override;
  reach::Dialled<ipc::Listening> listen() override;
  void close_listener(int listener) override;
  void remove_socket() override;
  void remove_own_socket(std::uint64_t inode) override;
  bool has_socket() override;
  std::optional<reach::DirectoryIdentity> state_directory() override;
  bool has_commits_in_wal() override { return false; }
  // Nobody removes a lock here.
  Result<void> make_missing_locks() override { return {}; }
  Room room_for_a_broker() override { return Room::enough; }
  std::unique_ptr<Standby> stand_by(reach::Handover const& handover, int lock, int listener, Awaited awaited) override;
  void reap() override {}
  broker::Ended serve(broker::Server::Mode mode, broker::ServiceOptions const& options,
                      std::unique_ptr<broker::Engine> engine, election::LeaderLock const& lock, int listener,
                      broker::Directory const& directory, Clock& clock) override;

  // A listener that the process was born with.
  void inherit(int listener) { listeners_.push_back(listener); }

 private:
  Host& host_;
  Process& process_;
  Means means_;
  int failed_starts_;
  std::vector<int> listeners_;  // closed when the process ends, whatever it ends of
};

}  // namespace decapod::sim
