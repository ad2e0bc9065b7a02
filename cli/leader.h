#pragma once
// What the process that won the lock does: answers its own request at once, then hands the lock to a broker or lets go.

#include <decapod/broker/copied_read.h>
#include <decapod/broker/service.h>
#include <decapod/ipc/message.h>

#include "broker_process.h"
#include "session.h"

namespace decapod::cli {

// Whether this process may leave a broker that listens.
enum class Sockets : std::uint8_t { usable, refused };

// What the winner ended up with.
struct Led {
  // nullopt: the request was not run here (it is heavy); a broker was spawned, so ask it.
  std::optional<ipc::Reply> reply;
  Sockets sockets = Sockets::usable;
  // A heavy read: what to answer it from, now that the lock is gone.
  std::optional<broker::HeldCopy> copy{};
};

// One request, as the leader sees it.
struct Own {
  RequestType const& type;
  ipc::Request const& request;
  SteadyTime deadline;
};

// Runs with the lock held and returns with it released or handed over. From entry to return the process opens nothing
// but the lock, the socket, SQLite's files, the exported trail and the log. `boot_id` and `fresh_store_uuid` were
// gathered before.
class Leader {
 public:
  Leader(StatePaths const& paths, BrokerSettings const& settings, broker::Directory const& directory, Clock& clock,
         std::string boot_id, std::string fresh_store_uuid);

  Result<Led> lead(election::LeaderLock lock, Own const& own, Sockets sockets, broker::Want want);

  // Takes note of the brokers that this process left behind and that have ended, so that none stays a zombie while a
  // long batch goes on.
  void reap();

 private:
  Led answer(broker::Engine& engine, Own const& own, SteadyTime arrived);
  bool spawn(Handover const& handover, int lock, int listener);
  Result<Led> answer_directly(Own const& own);
  Result<Led> answer_unwritable(Own const& own, Error refusal);
  Result<ipc::Reply> answer_read_only(Own const& own);
  Result<Led> answer_and_hand_over(election::LeaderLock lock, Own const& own, int listener,
                                   broker::Predecessor predecessor, broker::Want want);
  Result<std::unique_ptr<broker::Engine>> open_engine(storage::OpenMode mode, storage::OnClose on_close,
                                                      broker::Predecessor predecessor);
  void stop_listening(int listener);

  StatePaths const& paths_;
  BrokerSettings const& settings_;
  broker::Directory const& directory_;
  Clock& clock_;
  std::string boot_id_;
  std::string fresh_store_uuid_;
  broker::Log log_;
  std::vector<pid_t> spawned_;
  std::uint64_t socket_ = 0;  // the inode of the one that listens
};

}  // namespace decapod::cli
