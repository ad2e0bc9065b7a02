#include "broker_process.h"

#include <decapod/broker/service.h>
#include <decapod/ipc/limits.h>
#include <decapod/reach/tenure.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "build_info.h"
#include "process_limits.h"
#include "system_machine.h"

namespace decapod::cli {
namespace {

// Whoever started this process has left it all signals blocked, and whatever its own caller ignores ignored. SIGPIPE
// may wait already: of a report that nobody was there to read. What ends a tenure in order stays blocked until the
// tenure can be ended.
void take_signals_as_they_come() {
  for (int number = 1; number < NSIG; ++number) signal(number, number == SIGPIPE ? SIG_IGN : SIG_DFL);
  auto const blocked = broker::leave_signals();
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

void settle_in() {
  take_signals_as_they_come();
  for (int const fd : {kLockDescriptor, kListenerDescriptor}) fcntl(fd, F_SETFD, FD_CLOEXEC);
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

}  // namespace

reach::Build this_build(broker::Directory const& directory) {
  return {.version = std::string(kVersion),
          .rank = {
              .schema = broker::supported_schema(directory), .protocol = ipc::kProtocolMajor, .version = kVersionRank}};
}

int run_broker_process(std::span<char* const> arguments, broker::Directory const& directory) {
  settle_in();
  auto const handed = reach::handover_from(arguments);
  if (!handed) return static_cast<int>(exit_status(handed.error().code));
  StatePaths const paths(handed->state_directory);
  auto const clock = system_clock(handed->boot_id);
  // Nothing that this process asks it depends on the file system: the winner has judged that.
  SystemMachine machine(paths, election::Unreliable::allowed);
  auto lock = election::lock_file(Descriptor(kLockDescriptor));
  auto const build = this_build(directory);
  return static_cast<int>(
      reach::serve_tenure(*handed, std::move(lock), kListenerDescriptor, build, directory, *clock, machine));
}

}  // namespace decapod::cli
