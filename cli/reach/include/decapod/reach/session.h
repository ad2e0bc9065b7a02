#pragma once
// How a request reaches whoever leads: by winning the lock, by asking the winner, or directly where sockets are
// refused.

#include <decapod/base/request_type.h>
#include <decapod/base/state_paths.h>
#include <decapod/broker/directory.h>
#include <decapod/broker/log.h>
#include <decapod/election/lock.h>
#include <decapod/election/step_down.h>
#include <decapod/ipc/message.h>
#include <decapod/reach/settled.h>

#include <memory>
#include <optional>
#include <string>

namespace decapod::reach {

class Machine;

// One connection's worth of requests, in order. Not thread-safe. When send() has returned, this thread holds neither a
// lock nor SQLite, so the caller may print, wait or exit. A worker that hung while neighbours were served keeps both
// until its turn ends or the process does; until then a request that follows finds the store led by somebody silent.
class Session {
 public:
  virtual ~Session() = default;
  // The reply, or the error that kept it from coming: `outcome_unknown` if the request may have been applied,
  // `busy`/`timeout`/`unreachable`/... if it was not. Returns by `deadline`.
  virtual Result<ipc::Reply> send(RequestType const& type, ipc::Request const& request, SteadyTime deadline) = 0;
};

// One request, as the leader sees it.
struct Own {
  RequestType const& type;
  ipc::Request const& request;
  SteadyTime deadline;
};

// What settled() has to know of it.
Attempted attempted(Own const& own, election::Exposure exposure);

struct Build {
  std::string version;  // "0.1.0"
  election::BuildRank rank;
};

// Of the broker that a command might leave behind.
struct TenureWishes {
  Millis idle{1000};  // 0 = serve who is queued, leave nothing behind
  Millis longest{600'000};
  std::size_t log_bytes = broker::kLogBytes;
};

// What was gathered before the lock is tried.
struct Gathered {
  std::string boot_id;
  std::string fresh_store_uuid;  // the name that a new store gets
  std::uint32_t seed = 0;        // of the pauses between attempts: differs from process to process
};

// A Session that walks election::Course.
class WalkingSession : public Session {
 public:
  // Says that somebody waits while it waits for the lock. nullopt: the deadline has passed.
  virtual Result<std::optional<election::LeaderLock>> wait_for_lock(SteadyTime deadline) = 0;
  // The next request is asked on a new connection.
  virtual void hang_up() = 0;
};

// Everything but `wishes` and `gathered` is borrowed for as long as the session lives.
std::unique_ptr<WalkingSession> open_session(StatePaths const& paths, TenureWishes wishes, Build const& build,
                                             broker::Directory const& directory, Clock& clock, Machine& machine,
                                             Gathered gathered);

}  // namespace decapod::reach
