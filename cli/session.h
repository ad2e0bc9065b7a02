#pragma once
// The way to the leader, as this program goes it: on this machine, with this build, and with its restore.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/election/filesystem.h>
#include <decapod/reach/session.h>

namespace decapod::cli {

using reach::Session;

// What the environment and the configuration may set about the broker that this command might leave behind.
struct BrokerSettings {
  Millis idle{1000};                          // DECAPOD_BROKER_IDLE_MS; 0 = serve who is queued, leave nothing behind
  Millis max_tenure{600'000};                 // DECAPOD_BROKER_TENURE_MS
  std::size_t log_bytes = broker::kLogBytes;  // DECAPOD_BROKER_LOG_BYTES: how much of broker.log is kept
  election::Unreliable unreliable = election::Unreliable::refused;  // [store] allow_unreliable_locks
};

// Gathers what a leader will need. `place` and `clock` are borrowed for as long as the session lives.
std::unique_ptr<Session> open_session(StorePlace const& place, BrokerSettings const& settings, Clock& clock);

}  // namespace decapod::cli
