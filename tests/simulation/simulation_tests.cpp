// Rung 5: many small worlds, each from a seed. DECAPOD_TEST_SEEDS says how many (10,000 by default; scripts/soak takes
// more), --rng-seed where they begin. A failure prints its seed, and the smallest plan and trace that fail as well.

#include <support/effort.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "shrink.h"

namespace decapod::sim {
namespace {

constexpr std::uint64_t kSeeds = 10'000;

std::uint64_t seeds_wanted() {
  return static_cast<std::uint64_t>(test::effort("DECAPOD_TEST_SEEDS", kSeeds));
}

struct Totals {
  std::uint64_t events = 0;
  std::uint64_t committed = 0;
  std::uint64_t leaders = 0;
  Micros lasted = 0;

  void add(Outcome const& outcome) {
    events += outcome.events;
    committed += outcome.committed;
    leaders += static_cast<std::uint64_t>(outcome.leaders);
    lasted += outcome.lasted;
  }
};

std::string report(Runner& runner, Plan const& plan) {
  auto const shrunk = shrink(runner, plan, Defect::none);
  std::string text = "seed " + std::to_string(plan.seed) + " breaks a promise";
  for (auto const& broken : shrunk.outcome.broken) text += "\n  " + broken;
  return text + "\nshrunk in " + std::to_string(shrunk.runs) + " runs:\n" + to_text(shrunk.plan) + shrunk.outcome.trace;
}

}  // namespace

TEST_CASE("whoever is killed, stopped or unplugged when, every command ends and every promise is kept") {
  auto const first = std::uint64_t{Catch::rngSeed() != 0 ? Catch::rngSeed() : 1} * 1'000'000;
  Runner runner;
  Totals totals;
  auto const began = std::chrono::steady_clock::now();
  int failures = 0;
  for (auto seed = first; seed < first + seeds_wanted() && failures < 3; ++seed) {
    auto const plan = draw(seed);
    auto const outcome = runner.run(plan);
    totals.add(outcome);
    if (outcome.broken.empty()) continue;
    ++failures;
    FAIL_CHECK(report(runner, plan));
  }
  auto const ms = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began).count();
  std::cout << seeds_wanted() << " seeds from " << first << ": " << totals.events << " events, " << totals.committed
            << " commits, " << totals.leaders << " brokers, " << totals.lasted / 1'000'000 << " s of virtual time in "
            << ms << " ms\n";
  CHECK(totals.committed > seeds_wanted());
  CHECK(totals.leaders > seeds_wanted());
}

TEST_CASE("the same seed is the same run, to the byte") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    auto const plan = draw(seed);
    std::string first;
    {
      Runner runner;
      first = runner.run(plan, Defect::none, Tracing::on).trace;
    }
    Runner runner;
    runner.run(draw(seed + 1'000));
    CHECK(runner.run(plan, Defect::none, Tracing::on).trace == first);
    CHECK(first.size() > 500);
  }
}

}  // namespace decapod::sim
