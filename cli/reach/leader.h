#pragma once
// What the process that won the lock does: answers its own request at once, then hands the lock to a broker or lets go.

#include <decapod/broker/copied_read.h>
#include <decapod/reach/machine.h>
#include <decapod/reach/session.h>

#include <utility>

namespace decapod::reach {

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

// The one that listens, until somebody else owns it. Closed whichever way this goes: a socket that nobody reads would
// hold up whoever connects to it.
class Listener {
 public:
  Listener(Machine& machine, int number) : machine_(&machine), number_(number) {}
  Listener(Listener&& other) noexcept : machine_(other.machine_), number_(other.release()) {}
  Listener& operator=(Listener&&) = delete;
  ~Listener() { close(); }

  int number() const { return number_; }
  int release() { return std::exchange(number_, kNone); }
  void close() {
    if (number_ != kNone) machine_->close_listener(release());
  }

 private:
  static constexpr int kNone = -1;
  Machine* machine_;
  int number_;
};

// Runs with the lock held and returns with it released or handed over. From entry to return the process opens nothing
// but the lock, the socket, SQLite's files, the exported trail and the log.
class Leader {
 public:
  Leader(StatePaths const& paths, TenureWishes wishes, Build const& build, broker::Directory const& directory,
         Clock& clock, Machine& machine, Gathered gathered);

  Result<Led> lead(election::LeaderLock lock, Own const& own, Sockets sockets, broker::Want want);
  // Gives back the memory of the store that was handed over. A command that ends need not.
  void tidy() { spent_.reset(); }

 private:
  Led answer(broker::Engine& engine, Own const& own, SteadyTime arrived);
  // What is handed on: to a broker, or to nobody, so that this command serves its neighbours.
  enum class Heir : std::uint8_t { broker, nobody };
  struct Succession {
    election::LeaderLock const& lock;
    Listener& listener;
    broker::Want want;
    Heir heir;
    // The broker, once there is a process for it. It has copies of lock and listener: it goes before they are let go
    // of.
    std::unique_ptr<Machine::Standby> standby{};
  };
  void settle(broker::Engine& engine);
  void close(broker::Engine& engine);
  void serve_neighbours(std::unique_ptr<broker::Engine> engine, Succession const& succession);
  void hand_over(std::unique_ptr<broker::Engine> engine, Succession succession);
  std::unique_ptr<Machine::Standby> stand_by(Succession const& succession, broker::Predecessor predecessor,
                                             Machine::Awaited awaited);
  Result<Led> answer_directly(Own const& own);
  Result<Led> answer_unwritable(Own const& own, Error refusal);
  Result<ipc::Reply> answer_read_only(Own const& own);
  Result<Led> answer_and_hand_over(election::LeaderLock lock, Own const& own, Listener listener,
                                   broker::Predecessor predecessor, broker::Want want);
  Result<std::unique_ptr<broker::Engine>> open_engine(storage::OpenMode mode, storage::OnClose on_close,
                                                      broker::Predecessor predecessor);
  void leave_nobody(Succession& succession);

  StatePaths const& paths_;
  TenureWishes wishes_;
  Build const& build_;
  broker::Directory const& directory_;
  Clock& clock_;
  Machine& machine_;
  Gathered gathered_;
  broker::Log log_;
  std::uint64_t socket_ = 0;               // the inode of the one that listens
  std::unique_ptr<broker::Engine> spent_;  // closed
};

}  // namespace decapod::reach
