#include "broker_process.h"

#include <decapod/crash/point.h>
#include <decapod/ipc/limits.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/core.h>
#include <exception>

#include "build_info.h"
#include "limits.h"

namespace decapod::cli {
namespace {

constexpr int kLockDescriptor = 3;
constexpr int kListenerDescriptor = 4;

void settle_in() {
  for (int const fd : {kLockDescriptor, kListenerDescriptor}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  signal(SIGPIPE, SIG_IGN);
  survive_file_limit();
  raise_limits();
  prctl(PR_SET_NAME, "decapod-broker");
  // A thousand clients at once are a thousand descriptors.
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, ipc::kConnectionsMax + 64);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  // Peers are shown the credentials of whoever called listen last.
  listen(kListenerDescriptor, ipc::kListenBacklog);
}

broker::EngineOptions engine_options(Handover const& handed, StatePaths const& paths) {
  return {.paths = paths,
          .fresh_store_uuid = handed.fresh_store_uuid,
          .tenure_epoch = handed.epoch,
          .predecessor = handed.predecessor};
}

broker::ServiceOptions service_options(Handover const& handed, StatePaths const& paths,
                                       broker::Directory const& directory) {
  return {.paths = paths,
          .limits = {.idle = handed.idle, .longest = handed.tenure},
          .rank = own_rank(directory),
          .build = std::string(kVersion),
          .want = handed.want,
          .log_bytes = static_cast<std::size_t>(handed.log_bytes)};
}

int lead_until_idle(Handover const& handed, broker::Directory const& directory) {
  StatePaths const paths(handed.state_directory);
  auto const clock = system_clock(handed.boot_id);
  auto const options = service_options(handed, paths, directory);
  broker::Log const log(paths.broker_log, *clock, options.log_bytes);
  auto lock = election::LeaderLock::adopt(election::Descriptor(kLockDescriptor), paths.leader_lock);
  if (!lock) return static_cast<int>(exit_status(lock.error().code));
  log.line("adopt");
  crash::reach(crash::Point::lock_adopted);
  try {
    auto engine = broker::Engine::open(engine_options(handed, paths), directory, *clock);
    if (!engine) {
      // Whoever is queued finds the connection closed before a greeting, elects itself and meets the error itself.
      log.line(fmt::format("leave: {}", engine.error().message));
      if (lock->still_current()) unlink(paths.socket.c_str());
      return static_cast<int>(exit_status(engine.error().code));
    }
    crash::reach(crash::Point::store_opened);
    auto const ended = broker::serve(options, *std::move(engine), *lock, kListenerDescriptor, directory, *clock);
    crash::reach(crash::Point::service_over);
    if (ended.ending == broker::Ending::left) log.line(fmt::format("leave: {}", to_text(ended.reason)));
    return static_cast<int>(ended.ending == broker::Ending::left ? ExitStatus::ok : ExitStatus::unknown);
  } catch (std::exception const& fault) {
    // Nobody reads what a broker prints: the log is where its end is found.
    log.line(fmt::format("leave: a fault: {}", fault.what()));
    return static_cast<int>(ExitStatus::internal);
  }
}

}  // namespace

election::BuildRank own_rank(broker::Directory const& directory) {
  return {.schema = broker::supported_schema(directory), .protocol = ipc::kProtocolMajor, .version = kVersionRank};
}

int run_broker_process(std::span<char* const> arguments, broker::Directory const& directory) {
  settle_in();
  auto const handed = handover_from(arguments);
  if (!handed) return static_cast<int>(exit_status(handed.error().code));
  return lead_until_idle(*handed, directory);
}

}  // namespace decapod::cli
