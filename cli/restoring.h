#pragma once
// `decapod broker restore`: run by the command itself, with the leader lock held and nobody served.

#include <decapod/broker/restoration.h>
#include <decapod/broker/service.h>
#include <decapod/inspect/requests.h>
#include <decapod/reach/session.h>

namespace decapod::cli {

// The one request that no broker runs.
bool is_restore(RequestType const& type);

class RestoreCommand {
 public:
  // `log_bytes`: how large the broker's log may become.
  RestoreCommand(StatePaths const& paths, reach::Own const& own, broker::Directory const& directory, Clock& clock,
                 std::size_t log_bytes);

  // Copies and judges the file; no lock is held.
  Result<void> prepare();
  // With `lock` held, which it gives back.
  Result<ipc::Reply> run(election::LeaderLock lock);
  // The same where prepare() has failed: what the ledger says of an earlier attempt under the same request id.
  Result<std::optional<ipc::Reply>> recall(election::LeaderLock lock);
  // Whether the ledger was asked by either: then nothing was done under this request id before.
  broker::LedgerState ledger() const { return ledger_; }

 private:
  Result<void> check_access(election::LeaderLock const& lock) const;
  Result<void> check_kinship(broker::OldStore const& old) const;
  inspect::ReplacedStore ended(broker::OldStore const& old) const;
  ipc::Request with_facts(std::optional<inspect::ReplacedStore> old) const;
  broker::Job job(ipc::Request request) const;

  StatePaths const& paths_;
  reach::Own const& own_;
  Clock& clock_;
  inspect::BrokerRestore wish_;
  broker::Restoration restoration_;
  broker::Log log_;
  broker::LedgerState ledger_ = broker::LedgerState::unreadable;
  SteadyTime arrived_;
};

}  // namespace decapod::cli
