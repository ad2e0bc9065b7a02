#pragma once
// The broker's decisions, all but the engine's: who is let in, what is joined or queued, when to leave, and how nobody
// is lost by it. Driven by events in one thread; knows no sockets, timers or threads, only the shell that has them.

#include <decapod/broker/connection.h>
#include <decapod/broker/server_shell.h>
#include <decapod/broker/service.h>
#include <decapod/broker/worker.h>

#include <map>
#include <optional>

namespace decapod::broker {

// A request's patience, whatever it claims: nobody waits for longer than this.
inline constexpr Millis kPatienceMax{3'600'000};

class Server final : private ConnectionHost {
 public:
  enum class Mode : std::uint8_t {
    tenure,       // until a reason to leave
    queued_only,  // who is queued, then leaves
  };

  // What is not moved in is borrowed. `shell` is called from the constructor on.
  Server(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
         election::WantProbe want, Directory const& directory, Clock& clock, ServerIdentity const& identity,
         ServerShell& shell);

  // First of all. In tenure mode the shell reports arrivals from then on.
  void start(Mode mode);
  void arrived(Arrival arrival);
  void time_is_up(ServerTimer timer);
  // One of these calls has thrown: somebody may wait for what this process will never bring, so it says what is known
  // to all, and goes.
  void faulted(std::string_view what);
  void signalled() { tenure_.leave_for(election::LeaveReason::signalled); }
  // Whether it leaves: then nobody else need be asked in.
  bool is_leaving() const { return phase_ != Phase::serving; }
  // Once the shell was told to end.
  Ended ended() const;

  // Another thread may take its turns.
  Worker& worker() { return worker_; }

 private:
  // ConnectionHost (requests.cpp)
  std::optional<std::string> accept_request(Connection& from, ipc::Request request, std::size_t bytes) override;
  void step_down_asked(std::string_view body) override;
  ServiceStatus status() override;
  bool reserve(std::size_t bytes) override;
  void give_back(std::size_t bytes) override;
  void refused_frame(std::string_view why) override;
  void connection_failed(std::string_view why) override;
  void closed(Connection& connection) override;

  WorkerEvents worker_events();
  void on_replies(std::vector<Done> done, std::set<std::string> const& changed);
  std::optional<std::string> execute_alone(std::uint64_t connection, Task task);
  std::optional<std::string> share(std::uint64_t connection, Task task);
  std::optional<std::string> start_shared(std::uint64_t connection, Task task);
  void settle_shared(Done const& done);
  bool put_on_record(Waiter const& waiter, ReadKey const& key, std::string const& error);
  void await(std::uint64_t connection, Ticket ticket);
  void answer(std::uint64_t connection, std::string frames);
  void no_longer_waits(std::uint64_t connection);
  void deliver(std::uint64_t connection, std::string frames);
  void admit(Arrival arrival, Leaving leaving);
  void on_tick();
  bool somebody_is_about_to_ask(SteadyTime now) const;
  void look_around();
  void begin_drain(election::LeaveReason reason);
  void send_all_away(Connection::Force force);
  void give_drain_up();
  void finish_when_empty();
  void abandon();

  ServiceOptions const options_;
  election::LeaderLock const& lock_;
  Directory const& directory_;
  Clock& clock_;
  ServerIdentity identity_;
  ServerShell& shell_;
  Log log_;
  election::WantProbe want_;
  bool want_heeded_;
  election::Tenure tenure_;

  std::uint64_t socket_inode_;
  SteadyTime started_;
  std::string greeting_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::map<std::uint64_t, Descriptor> held_copies_;  // by connection, until its client has taken it over
  std::uint64_t last_connection_ = 0;
  std::size_t staged_bytes_ = 0;

  SharedReads shared_;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, Ticket> waiting_;      // what a connection waits for
  std::map<Ticket, std::uint64_t> asked_alone_;  // who waits for an execution that is not shared
  std::uint64_t joined_ = 0;
  std::uint64_t cached_ = 0;

  Mode mode_ = Mode::tenure;
  enum class Phase : std::uint8_t {
    serving,
    draining,   // who found the socket before it went is served, nobody else
    finishing,  // nobody is left, and the worker ends
  };
  Phase phase_ = Phase::serving;
  Ending ending_ = Ending::left;
  std::atomic<bool> worker_is_lost_ = false;  // set on the worker's thread
  election::LeaveReason reason_ = election::LeaveReason::idle;

  Worker worker_;
};

}  // namespace decapod::broker
