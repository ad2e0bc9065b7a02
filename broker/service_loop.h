#pragma once
// The server's shell in the product: an event loop over sockets and timers, and a thread for the worker.

#include <decapod/base/descriptor.h>
#include <decapod/broker/server.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "asio_wire.h"
#include "worker_thread.h"

namespace decapod::broker {

class ServiceLoop final : private ServerShell {
 public:
  ServiceLoop(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
              Descriptor listener, Directory const& directory, Clock& clock);
  Ended run(Server::Mode mode);
  // Tells the worker to stop. Whether its last turn ended in time; if not, destroying this takes as long as the worker.
  bool worker_stops();

 private:
  std::uint64_t socket_inode() override;
  void remove_socket(std::uint64_t inode) override;
  void stop_listening() override;
  std::optional<Arrival> next_queued() override;
  void arm(ServerTimer timer, std::chrono::nanoseconds time) override;
  void disarm(ServerTimer timer) override;
  void post(std::function<void()> action) override;
  void wake_worker() override;
  void end() override { io_.stop(); }
  [[noreturn]] void die() override;

  void accept_next();
  void arrived(Socket socket);
  void accept_later();
  asio::steady_timer& of(ServerTimer timer) { return timers_[static_cast<std::size_t>(timer)]; }

  StatePaths const paths_;
  asio::io_context io_{1};
  asio::local::stream_protocol::acceptor acceptor_;
  std::optional<asio::signal_set> signals_;  // a broker's; a command keeps its own handlers
  std::array<asio::steady_timer, 4> timers_;
  Server server_;
  std::optional<WorkerThread> thread_;  // last: it must not outlive anything above
};

}  // namespace decapod::broker
