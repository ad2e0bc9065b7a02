#include "session.h"

#include <decapod/base/id.h>
#include <unistd.h>

#include "broker_process.h"
#include "registry.h"
#include "restoring.h"
#include "system_machine.h"

namespace decapod::cli {
namespace {

class SystemSession final : public Session {
 public:
  SystemSession(StorePlace const& place, BrokerSettings const& settings, Clock& clock)
      : paths_(place.paths),
        log_bytes_(settings.log_bytes),
        directory_(subsystems()),
        build_(this_build(directory_)),
        clock_(clock),
        machine_(paths_, settings.unreliable),
        walk_(reach::open_session(
            paths_, {.idle = settings.idle, .longest = settings.max_tenure, .log_bytes = settings.log_bytes}, build_,
            directory_, clock, machine_,
            {.boot_id = clock.now().boot_id,
             .fresh_store_uuid = random_id(),
             .seed = static_cast<std::uint32_t>(getpid())})) {}

  Result<ipc::Reply> send(RequestType const& type, ipc::Request const& request, SteadyTime deadline) override {
    if (is_restore(type)) return restore({.type = type, .request = request, .deadline = deadline});
    return walk_->send(type, request, deadline);
  }

 private:
  Result<ipc::Reply> restore(reach::Own const& own);
  Result<ipc::Reply> restore_now(RestoreCommand& command, reach::Own const& own);
  Result<election::LeaderLock> lead(reach::Own const& own);

  StatePaths const& paths_;
  std::size_t log_bytes_;
  broker::Directory directory_;
  reach::Build build_;
  Clock& clock_;
  SystemMachine machine_;
  std::unique_ptr<reach::WalkingSession> walk_;
};

// In this process, whoever leads: a broker is asked to leave, not to restore.
Result<ipc::Reply> SystemSession::restore(reach::Own const& own) {
  machine_.reap();
  walk_->hang_up();
  RestoreCommand command(paths_, own, directory_, clock_, log_bytes_);
  auto const attempted = reach::attempted(own, election::Exposure::none);
  auto end = restore_now(command, own);
  // What the ledger was asked about before is as it says; of anything else an earlier attempt may have made an end.
  return command.ledger() == broker::LedgerState::asked ? end : reach::settled(attempted, std::move(end));
}

Result<ipc::Reply> SystemSession::restore_now(RestoreCommand& command, reach::Own const& own) {
  auto const prepared = command.prepare();
  bool const may_be_done = own.request.idempotency_key != own.request.request_id;
  bool const dry = own.request.dry_run == ipc::DryRun::yes;
  if (!prepared && (dry || !may_be_done)) return prepared.error();
  DECAPOD_TRY(auto lock, lead(own));
  if (prepared) return command.run(std::move(lock));
  // A restore that was done under this id needs no file any more: the ledger knows.
  DECAPOD_TRY(auto const recalled, command.recall(std::move(lock)));
  if (recalled) return *recalled;
  return prepared.error();
}

Result<election::LeaderLock> SystemSession::lead(reach::Own const& own) {
  DECAPOD_TRY(auto lock, walk_->wait_for_lock(own.deadline));
  if (!lock) {
    return fail(ErrorCode::timeout, "the store's leader did not leave in time",
                {{"state_directory", paths_.directory}});
  }
  DECAPOD_CHECK(machine_.judge_lock());
  return *std::move(lock);
}

}  // namespace

std::unique_ptr<Session> open_session(StorePlace const& place, BrokerSettings const& settings, Clock& clock) {
  return std::make_unique<SystemSession>(place, settings, clock);
}

}  // namespace decapod::cli
