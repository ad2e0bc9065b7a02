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

  StatePaths const& paths_;
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
  RestoreCommand command(paths_, own, directory_, clock_);
  DECAPOD_CHECK(command.prepare());
  DECAPOD_TRY(auto lock, walk_->wait_for_lock(own.deadline));
  if (!lock) {
    return reach::settled(
        reach::attempted(own, election::Exposure::none),
        fail(ErrorCode::timeout, "the store's leader did not leave in time", {{"state_directory", paths_.directory}}));
  }
  DECAPOD_CHECK(machine_.judge_lock());
  return command.run(*std::move(lock));
}

}  // namespace

std::unique_ptr<Session> open_session(StorePlace const& place, BrokerSettings const& settings, Clock& clock) {
  return std::make_unique<SystemSession>(place, settings, clock);
}

}  // namespace decapod::cli
