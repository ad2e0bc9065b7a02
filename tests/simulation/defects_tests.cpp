// Defects planted outside of the product's code, each of which the simulation must find.

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>

#include "shrink.h"

namespace decapod::sim {
namespace {

struct Planted {
  Defect defect;
  char const* name;
  std::uint64_t within;  // seeds
  char const* words;     // of what is found
};

constexpr Planted kPlanted[] = {
    {Defect::lock_excludes_nobody, "a lock that excludes nobody", 200, "two leaders"},
    {Defect::unlock_at_handover, "a winner that unlocks when it lets go", 200, "nobody holds the lock"},
    {Defect::forget_queue, "a drain that forgets the queue", 500, "in its queue"},
    {Defect::speak_first, "a client that speaks first", 100, "before it was greeted"},
    {Defect::sync_does_nothing, "a sync of the WAL that does nothing", 2'000, "lost"},
    {Defect::stale_cache, "a cached read that no write makes go", 2'000, "does not show"},
    {Defect::new_id_at_repeat, "a repetition under a new request id", 6'000, "committed twice"},
    {Defect::unknown_is_no, "\"unknown\" taken for \"not committed\"", 6'000, "refused"},
    {Defect::skip_deadline, "a wait that knows no deadline", 500, "never ends"},
};

bool has(std::vector<std::string> const& broken, std::string_view words) {
  return std::ranges::any_of(broken, [&](auto const& one) { return one.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("each planted defect is found") {
  Runner runner;
  for (auto const& planted : kPlanted) {
    std::uint64_t seed = 1;
    Outcome outcome;
    for (; seed <= planted.within; ++seed) {
      outcome = runner.run(draw(seed), planted.defect);
      if (has(outcome.broken, planted.words)) break;
    }
    INFO(planted.name);
    CHECK(seed <= planted.within);
    if (seed > planted.within) continue;
    CHECK(runner.run(draw(seed)).broken.empty());
    auto const shrunk = shrink(runner, draw(seed), planted.defect);
    CHECK_FALSE(shrunk.outcome.broken.empty());
    std::cout << planted.name << ": found after " << seed << " seeds: " << outcome.broken.front() << "\n  shrunk to "
              << shrunk.plan.clients.size() << " clients, " << shrunk.plan.faults.size() << " faults, "
              << std::ranges::count(shrunk.outcome.trace, '\n') << " lines\n";
  }
}

}  // namespace decapod::sim
