#pragma once
// The broker's event loop: everything but SQLite, in one thread.

#include <decapod/broker/service.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <map>
#include <optional>

#include "connection.h"
#include "worker.h"

namespace decapod::broker {

// A request's patience, whatever it claims: nobody waits for longer than this.
inline constexpr Millis kPatienceMax{3'600'000};

class ServiceLoop final : private ConnectionHost {
 public:
  enum class Mode : std::uint8_t { tenure, queued_only };

  ServiceLoop(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
              int listener, Directory const& directory, Clock& clock);
  Ended run(Mode mode);

 private:
  // ConnectionHost (requests.cpp)
  std::optional<std::string> accept_request(Connection& from, ipc::Request request, std::size_t bytes) override;
  void step_down_asked(std::string_view body) override;
  ServiceStatus status() override;
  bool reserve(std::size_t bytes) override;
  void give_back(std::size_t bytes) override;
  void refused_frame(std::string_view why) override;
  void closed(Connection& connection) override;

  WorkerEvents worker_events();
  void on_replies(std::vector<Done> done, std::set<std::string> const& changed);
  std::optional<std::string> execute_alone(std::uint64_t connection, Task task);
  std::optional<std::string> share(std::uint64_t connection, Task task);
  void settle_shared(Done const& done);
  bool put_on_record(Waiter const& waiter, ReadKey const& key, std::string const& error);
  void await(std::uint64_t connection, Ticket ticket);
  void answer(std::uint64_t connection, std::string frames);
  void no_longer_waits(std::uint64_t connection);
  void deliver(std::uint64_t connection, std::string frames);
  void accept_next();
  void accept_later();
  void accept_queued();
  void admit(Socket socket, Leaving leaving);
  void on_tick();
  void look_around();
  void begin_drain(election::LeaveReason reason);
  void watch_drain();
  void finish_when_empty();
  void abandon();

  ServiceOptions const& options_;
  election::LeaderLock const& lock_;
  Directory const& directory_;
  Clock& clock_;
  Log log_;
  election::WantProbe want_;
  bool want_heeded_;
  election::Tenure tenure_;

  asio::io_context io_{1};
  asio::local::stream_protocol::acceptor acceptor_;
  std::optional<asio::signal_set> signals_;  // a broker's; a command keeps its own handlers
  asio::steady_timer tick_;
  asio::steady_timer watchdog_;
  std::uint64_t socket_inode_;
  SteadyTime started_;
  std::string greeting_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::map<std::uint64_t, election::Descriptor> held_copies_;  // by connection, until its client has taken it over
  std::uint64_t last_connection_ = 0;
  std::size_t staged_bytes_ = 0;

  SharedReads shared_;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, Ticket> waiting_;      // what a connection waits for
  std::map<Ticket, std::uint64_t> asked_alone_;  // who waits for an execution that is not shared
  std::uint64_t joined_ = 0;
  std::uint64_t cached_ = 0;

  Mode mode_ = Mode::tenure;
  bool draining_ = false;
  bool finishing_ = false;
  bool abandoned_ = false;
  election::LeaveReason reason_ = election::LeaveReason::idle;

  Worker worker_;  // last: its thread must not outlive anything above
};

}  // namespace decapod::broker
