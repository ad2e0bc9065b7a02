#pragma once
// The broker's life: listen, serve, drain, leave.

#include <decapod/base/descriptor.h>
#include <decapod/broker/engine.h>
#include <decapod/broker/log.h>
#include <decapod/election/lock.h>
#include <decapod/election/step_down.h>
#include <decapod/election/tenure.h>
#include <decapod/ipc/limits.h>

#include <csignal>

namespace decapod::broker {

// Whether want.lock counts from the start. A holder that did not take the free lock in time is ignored until it lets
// go, or for kWantIgnored: it may be stopped, and hide others who wait beside it.
enum class Want : std::uint8_t { heeded, ignored_until_free };
BOOST_DESCRIBE_ENUM(Want, heeded, ignored_until_free)

inline constexpr Millis kWantIgnored{3000};

// What may wait for the worker. One request may always wait, whatever its size.
struct QueueLimits {
  std::size_t requests = ipc::kQueueMax;
  std::size_t bytes = ipc::kQueueBytesMax;
};

struct ServiceOptions {
  StatePaths paths;
  election::TenureLimits limits;
  election::BuildRank rank;
  std::string build;  // "0.1.0"
  Want want = Want::heeded;
  std::size_t log_bytes = kLogBytes;
  QueueLimits queue;
  Millis drain_watchdog = ipc::kDrainWatchdog;  // a drain that takes longer is given up
};

// How serving ended. After `abandoned` the process must end at once without touching the store.
enum class Ending : std::uint8_t { left, abandoned };

struct Ended {
  Ending ending = Ending::left;
  election::LeaveReason reason = election::LeaveReason::idle;
};

// At which a tenure ends. Whoever serves has them blocked: serve() lets them through once it can leave.
sigset_t leave_signals();

// Serves on `listener`, which listens, until its tenure ends, then drains: nobody who connected before
// the end is lost. Returns when SQLite is closed; the lock is still held. Runs the event loop in this thread and one
// worker beside it.
Ended serve(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
            Descriptor listener, Directory const& directory, Clock& clock);

// Serves only those who are queued on `listener` already, then leaves: for a process that may leave nothing behind. If
// the worker hangs, returns all the same when the watchdog is up: then the store stays open, and a copy of the lock is
// held, until the worker's turn ends, or the process. `directory` and `clock` must live as long.
Ended serve_queued(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
                   Descriptor listener, Directory const& directory, Clock& clock);

}  // namespace decapod::broker
