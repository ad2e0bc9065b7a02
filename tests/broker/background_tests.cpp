#include <decapod/broker/background.h>

#include <catch2/catch.hpp>

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace decapod::broker {

TEST_CASE("work in the background has a lower priority, and whoever waits for it keeps its own") {
  auto const before = getpriority(PRIO_PROCESS, 0);
  auto const within = in_background([] { return getpriority(PRIO_PROCESS, 0); });
  CHECK(within == std::max(before, kBackgroundNice));
  CHECK(in_background([] { return sched_getscheduler(0); }) == SCHED_BATCH);
  CHECK(sched_getscheduler(0) == SCHED_OTHER);
  CHECK(getpriority(PRIO_PROCESS, 0) == before);
}

TEST_CASE("what work in the background throws reaches whoever waits for it") {
  CHECK_THROWS_WITH(in_background([]() -> int { throw std::runtime_error("no"); }), "no");
  CHECK(in_background([] { return std::string("yes"); }) == "yes");
}

}  // namespace decapod::broker
