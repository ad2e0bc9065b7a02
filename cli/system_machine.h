#pragma once
// The operating system, as the way to the leader asks for it.

#include <decapod/election/filesystem.h>
#include <decapod/reach/machine.h>

#include <memory>
#include <vector>

#include "broker_child.h"

namespace decapod::cli {

class SystemMachine final : public reach::Machine {
 public:
  // `paths` is borrowed.
  SystemMachine(StatePaths const& paths, election::Unreliable unreliable) : paths_(paths), unreliable_(unreliable) {}

  Result<election::OpenedLock> open_lock(std::string const& path) override;
  SteadyTime steady() override;
  void rest(std::chrono::microseconds time) override;
  Result<void> judge_lock() override;
  reach::Dialled<std::unique_ptr<ipc::Channel>> dial() override;
  reach::Dialled<ipc::Listening> listen() override;
  void close_listener(int listener) override;
  void remove_socket() override;
  void remove_own_socket(std::uint64_t inode) override;
  bool has_socket() override;
  std::optional<reach::DirectoryIdentity> state_directory() override;
  bool has_commits_in_wal() override;
  Result<void> make_missing_locks() override;
  Room room_for_a_broker() override;
  std::unique_ptr<Standby> stand_by(reach::Handover const& handover, int lock, int listener, Awaited awaited) override;
  // So that none stays a zombie while a long batch goes on.
  void reap() override;
  broker::Ended serve(broker::Server::Mode mode, broker::ServiceOptions const& options,
                      std::unique_ptr<broker::Engine> engine, election::LeaderLock const& lock, int listener,
                      broker::Directory const& directory, Clock& clock) override;

 private:
  StatePaths const& paths_;
  election::Unreliable unreliable_;
  std::vector<std::unique_ptr<BrokerChild>> children_;
  std::uint64_t listening_ = 0;  // the inode of the socket that was made last
};

}  // namespace decapod::cli
