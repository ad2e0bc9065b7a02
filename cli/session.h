#pragma once
// How a request reaches whoever leads: by winning the lock, by asking the winner, or directly where sockets are
// refused.

#include <decapod/base/request_type.h>
#include <decapod/broker/log.h>
#include <decapod/cli_kit/surroundings.h>
#include <decapod/election/filesystem.h>
#include <decapod/ipc/message.h>

#include <memory>

namespace decapod::cli {

// What the environment and the configuration may set about the broker that this command might leave behind.
struct BrokerSettings {
  Millis idle{1000};                          // DECAPOD_BROKER_IDLE_MS; 0 = serve who is queued, leave nothing behind
  Millis max_tenure{600'000};                 // DECAPOD_BROKER_TENURE_MS
  std::size_t log_bytes = broker::kLogBytes;  // DECAPOD_BROKER_LOG_BYTES: how much of broker.log is kept
  election::Unreliable unreliable = election::Unreliable::refused;  // [store] allow_unreliable_locks
};

// One connection's worth of requests, in order. Not thread-safe. When send() has returned, this process holds neither a
// lock nor SQLite, so the caller may print, wait or exit.
class Session {
 public:
  virtual ~Session() = default;
  // The reply, or the error that kept it from coming: `outcome_unknown` if the request may have been applied,
  // `busy`/`timeout`/`unreachable`/... if it was not. Returns by `deadline`.
  virtual Result<ipc::Reply> send(RequestType const& type, ipc::Request const& request, SteadyTime deadline) = 0;
};

// Gathers what a leader will need. `place` and `clock` are borrowed for as long as the session lives.
std::unique_ptr<Session> open_session(StorePlace const& place, BrokerSettings const& settings, Clock& clock);

}  // namespace decapod::cli
