#include "process_limits.h"

#include <sched.h>
#include <sys/resource.h>

#include <array>
#include <csignal>

namespace decapod::cli {
namespace {

struct Need {
  decltype(RLIMIT_AS) resource;
  rlim_t least;  // with less nobody should serve others
};
constexpr rlim_t kMiB = rlim_t{1} << 20;
// `nice` alone makes it 10, with which a process has a tenth of what its neighbours have; with 15 a thirtieth.
constexpr int kNiceMost = 15;
constexpr std::array kNeeds = {Need{RLIMIT_AS, 512 * kMiB}, Need{RLIMIT_DATA, 256 * kMiB},
                               Need{RLIMIT_FSIZE, 1024 * kMiB}, Need{RLIMIT_CPU, 3600}};

// What runs only where nothing else does, and would serve everybody at that pace. What was given up cannot be taken
// back without a privilege.
bool stands_back() {
  int const policy = sched_getscheduler(0);
  return policy == SCHED_IDLE || policy == SCHED_BATCH || getpriority(PRIO_PROCESS, 0) >= kNiceMost;
}

}  // namespace

void raise_limits() {
  for (auto const& need : kNeeds) {
    rlimit limit{};
    if (getrlimit(need.resource, &limit) != 0 || limit.rlim_cur == limit.rlim_max) continue;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(need.resource, &limit);
  }
}

reach::Machine::Room room_for_a_broker() {
  if (stands_back()) return reach::Machine::Room::too_little;
  for (auto const& need : kNeeds) {
    rlimit limit{};
    bool const too_little =
        getrlimit(need.resource, &limit) == 0 && limit.rlim_max != RLIM_INFINITY && limit.rlim_max < need.least;
    if (too_little) return reach::Machine::Room::too_little;
  }
  return reach::Machine::Room::enough;
}

void survive_file_limit() {
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace decapod::cli
