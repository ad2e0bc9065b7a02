#include <decapod/broker/background.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace decapod::broker {
namespace {

// As the kernel has it; the C library does not know the call, and the kernel's header says sched_param anew.
struct Attributes {
  std::uint32_t size = sizeof(Attributes);
  std::uint32_t policy = SCHED_BATCH;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t slice_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
static_assert(sizeof(Attributes) == 48);

// The least that a kernel takes; one before 6.12 does not heed it.
constexpr std::uint64_t kSliceNs = 100'000;

}  // namespace

void give_way() {
  // Whoever is of lower priority already stays so.
  auto const nice = std::max(getpriority(PRIO_PROCESS, 0), kBackgroundNice);
  Attributes attributes{.nice = nice, .slice_ns = kSliceNs};
  if (syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) setpriority(PRIO_PROCESS, 0, nice);
}

}  // namespace decapod::broker
