#pragma once
// A server's shell in a simulated process: its listener and its timers, and the turns of its worker.

#include <decapod/broker/server.h>

#include <array>

#include "host.h"

namespace decapod::sim {

class VirtualShell final : public broker::ServerShell {
 public:
  // `listener` is owned from here on.
  VirtualShell(Host& host, Process& process, int listener);
  ~VirtualShell() override;

  // Until the server ends.
  void drive(broker::Server& server, broker::Server::Mode mode);

  std::uint64_t socket_inode() override;
  void remove_socket(std::uint64_t inode) override;
  void stop_listening() override;
  std::optional<broker::Arrival> next_queued() override;
  void arm(broker::ServerTimer timer, std::chrono::nanoseconds time) override;
  void disarm(broker::ServerTimer timer) override;
  void post(std::function<void()> action) override;
  void wake_worker() override;
  void end() override { ended_ = true; }
  [[noreturn]] void die() override;

  // Runs in the process's loop, unless this shell has gone by then.
  void later(SteadyTime when, std::function<void()> action);
  Process& process() { return process_; }

 private:
  broker::Arrival arrival_of(std::shared_ptr<Link> link);
  void accept_later();
  void accept();
  void turn_at(SteadyTime when);
  void take_turn();

  Host& host_;
  Process& process_;
  int number_;
  std::shared_ptr<Listener> listener_;
  broker::Server* server_ = nullptr;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  std::array<std::uint64_t, 4> armed_{};
  SteadyTime last_post_{};
  SteadyTime turn_due_ = SteadyTime::max();
  SteadyTime busy_until_{};
  std::uint64_t turn_ = 0;
  bool stopped_ = false;
  bool ended_ = false;
  bool worker_done_ = false;
};

}  // namespace decapod::sim
