#pragma once
// What a command does next to have its request answered: a pure state machine. It does no I/O and reads no clock, so
// every interleaving is a table; cli/reach/walk does what it says and reports what happened.

#include <decapod/base/clock.h>
#include <string_view>

namespace decapod::election {

// What to do now.
enum class Step : std::uint8_t {
  try_lock,        // LOCK_EX|LOCK_NB on leader.lock
  connect,         // connect, read HELLO, send the request, read the reply
  back_off,        // sleep for pause(), then report `rested`
  queue_for_lock,  // hold want.lock (shared) and wait for leader.lock
  lead,            // the lock is ours: answer, hand over or let go
  finish,          // the reply is there
  give_up,         // the deadline passed: busy if nothing was sent, outcome unknown if a write was
};

// What happened.
enum class Observation : std::uint8_t {
  lock_won,
  lock_held,
  nobody_listens,   // ENOENT, ECONNREFUSED; EMFILE, ENOMEM...: nothing was delivered
  backlog_full,     // EAGAIN on connect: nothing was delivered
  turned_away,      // closed before HELLO, draining, GOAWAY or a typed refusal: nothing was executed
  sockets_refused,  // EPERM, EACCES, EAFNOSUPPORT...: this process may not use sockets at all
  reply_lost,       // the request went out whole and no reply came: it may have been executed
  rested,
  answered,
};

// Whether a request went out whole, so that it may have been executed.
enum class Exposure : std::uint8_t { none, sent };

class Course {
 public:
  // `start` begins the patience for an unreachable leader.
  explicit Course(SteadyTime start) : unreachable_since_(start) {}

  Step first() const { return Step::try_lock; }
  // `now` and `deadline` decide give_up; everything else follows from the observations alone.
  Step next(Observation observation, SteadyTime now, SteadyTime deadline);

  // How long to rest for Step::back_off: doubling from 100 µs to 2 ms, to 20 ms after a tenth of a second of trying.
  std::chrono::microseconds pause() const;
  Exposure exposure() const { return exposure_; }

 private:
  Step contend(SteadyTime now);

  SteadyTime unreachable_since_;
  Exposure exposure_ = Exposure::none;
  bool sockets_refused_ = false;
  int rests_ = 0;
};

// A held lock whose holder cannot be reached for this long is waited for directly: its socket may lie in another mount
// namespace, or be refused to us.
inline constexpr Millis kUnreachablePatience{250};

}  // namespace decapod::election
