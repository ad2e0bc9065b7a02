#pragma once
// What the way to the leader asks of the machine: locks and rest (election::Kernel), streams, the state directory, and
// processes. The operating system's is cli/system_machine; a simulation has its own.

#include <decapod/broker/server.h>
#include <decapod/election/kernel.h>
#include <decapod/ipc/channel.h>
#include <decapod/reach/handover.h>

#include <memory>
#include <optional>

namespace decapod::reach {

// Of the state directory.
struct DirectoryIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

template <class T>
using Dialled = boost::system::result<T, ipc::Refusal>;

// For one store, one process and one thread.
class Machine : public election::Kernel {
 public:
  // With the leader lock held: whether it excludes anybody at all. lock_unreliable.
  virtual Result<void> judge_lock() = 0;

  // Connects to whoever listens.
  virtual Dialled<std::unique_ptr<ipc::Channel>> dial() = 0;
  // With the leader lock held, as these five. The descriptor is the caller's.
  virtual Dialled<ipc::Listening> listen() = 0;
  // Also while an exception passes: throws none.
  virtual void close_listener(int listener) = 0;
  virtual void remove_socket() = 0;
  // Only the one with this inode. 0: there is nothing to do.
  virtual void remove_own_socket(std::uint64_t inode) = 0;
  virtual bool has_socket() = 0;

  // nullopt: it cannot be looked at.
  virtual std::optional<DirectoryIdentity> state_directory() = 0;
  // Whether commits may lie in the WAL.
  virtual bool has_commits_in_wal() = 0;

  // Makes lock files that were removed anew, if there is a store without them. store_not_found: there is none.
  virtual Result<void> make_missing_locks() = 0;

  // Whether a broker that is started from here could serve others. If not, commands serve themselves.
  enum class Room : std::uint8_t { enough, too_little };
  virtual Room room_for_a_broker() = 0;
  enum class Started : std::uint8_t { yes, no };
  // What has come about when begin() returns.
  enum class Awaited : std::uint8_t {
    release,  // the process has nothing of its parent's any more but both descriptors. Its program begins when somebody
              // asks, or a moment later; where that fails, it goes, and its socket with it
    program,  // the program has begun, or `no` says that it cannot
  };
  // Another process with copies of both descriptors. Destroyed before it was told to begin, it goes, and holds the lock
  // no more; so it does when this process ends.
  class Standby {
   public:
    virtual ~Standby() = default;
    // Runs serve_tenure(). `epoch`: if this process has raised it.
    virtual Started begin(std::optional<std::uint64_t> epoch) = 0;
  };
  // `handover` has no epoch yet. nullptr: no process can be had.
  virtual std::unique_ptr<Standby> stand_by(Handover const& handover, int lock, int listener, Awaited awaited) = 0;
  // Takes note of those that were started here and have ended.
  virtual void reap() = 0;

  // Drives a broker::Server in this process until it has ended. `listener` is owned from here on.
  virtual broker::Ended serve(broker::Server::Mode mode, broker::ServiceOptions const& options,
                              std::unique_ptr<broker::Engine> engine, election::LeaderLock const& lock, int listener,
                              broker::Directory const& directory, Clock& clock) = 0;
};

}  // namespace decapod::reach
