#pragma once
// What drives a server: the listener, timers, the way back from the worker's thread. The event loop over sockets is one
// (service.cpp), a simulation another.

#include <decapod/broker/wire.h>

#include <functional>
#include <optional>

namespace decapod::broker {

enum class ServerTimer : std::uint8_t {
  tick,      // look around: lock, waiters, idleness
  drain,     // queued clients had time to send their request
  watchdog,  // the drain does not end
  grace,     // those who were sent away could read why
};

// Whether the kernel says that the peer is the same user, or the superuser.
enum class Peer : std::uint8_t { ours, stranger };

// Somebody who has connected.
struct Arrival {
  std::shared_ptr<Wire> wire;
  Peer peer = Peer::ours;
};

// What the greeting says of the process and of the state directory it serves.
struct ServerIdentity {
  std::int64_t pid = 0;
  std::uint64_t state_dev = 0;
  std::uint64_t state_ino = 0;
};

// Called on the server's thread, unless said otherwise. It calls the server from its loop, never from within these.
class ServerShell {
 public:
  virtual ~ServerShell() = default;
  // The inode of the socket that is at its name now; 0 if there is none.
  virtual std::uint64_t socket_inode() = 0;
  // Only the one with this inode; 0: there is nothing to do. Another one belongs to a store that has taken this one's
  // place.
  virtual void remove_socket(std::uint64_t inode) = 0;
  // From here on nobody can join the queue, and no arrival is reported but those that were taken off it already.
  virtual void stop_listening() = 0;
  // After stop_listening(): the next one in the queue. nullopt: nobody is left; the listener is closed.
  virtual std::optional<Arrival> next_queued() = 0;
  // `time_is_up` follows, unless it is disarmed or armed anew before.
  virtual void arm(ServerTimer timer, std::chrono::nanoseconds time) = 0;
  virtual void disarm(ServerTimer timer) = 0;
  // Runs `action` on the server's thread, after everything that was posted before. Any thread.
  virtual void post(std::function<void()> action) = 0;
  // The worker has something to do. Any thread.
  virtual void wake_worker() = 0;
  // The loop ends: nothing is called any more.
  virtual void end() = 0;
  // The process ends here and now, as if it had been killed.
  [[noreturn]] virtual void die() = 0;
};

}  // namespace decapod::broker
