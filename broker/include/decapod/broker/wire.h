#pragma once
// One client's stream of bytes, as the server sees it. The server says what it wants; whoever drives it (the event loop
// over sockets, or a simulation) says what came of it.

#include <decapod/base/clock.h>

#include <memory>
#include <string>
#include <string_view>

namespace decapod::broker {

// What one read brings at most, in bytes.
inline constexpr std::size_t kReadAtOnce = 16 * 1024;

// What happens to a stream. Called on the server's thread, never from within a call of Wire.
class WireEvents {
 public:
  virtual ~WireEvents() = default;
  // What read() asked for: one byte at least. The view is gone when the call returns.
  virtual void received(std::string_view bytes) = 0;
  // All of what write() took is on its way.
  virtual void sent() = 0;
  // The peer has ended the stream, or it is broken: nothing follows.
  virtual void ended() = 0;
  // The time of a timer is up, and it was neither disarmed nor armed anew.
  virtual void timed_out() = 0;
};

enum class WireTimer : std::uint8_t {
  frame,  // an incomplete frame must be completed
  write,  // a peer must read
};

class Wire {
 public:
  virtual ~Wire() = default;
  // Who is told. First of all; nobody is told once it is gone.
  virtual void attach(std::weak_ptr<WireEvents> events) = 0;
  // Asks for bytes; `received` or `ended` follows. Not while an earlier read is unanswered.
  virtual void read() = 0;
  // Hands bytes over; `sent` or `ended` follows. Not while an earlier write is unanswered.
  virtual void write(std::string bytes) = 0;
  virtual void arm(WireTimer timer, Millis time) = 0;
  virtual void disarm(WireTimer timer) = 0;
  // The end of both directions and of all timers.
  virtual void close() = 0;
};

}  // namespace decapod::broker
