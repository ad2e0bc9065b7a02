// Rung 2: the power goes at every persistence point of every scenario, and takes any part of what was not synced.
// DECAPOD_TEST_STATES says how many different states are opened in all (100,000 by default; scripts/soak takes more).

#include <support/effort.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "record.h"

namespace decapod::test {
namespace {

constexpr std::int64_t kStates = 100'000;
// Some scenarios have fewer states than are wanted; the last one has nobody after it to make up for the rest.
constexpr int kRounds = 60;
constexpr int kLastRounds = 10 * kRounds;

std::int64_t states_wanted() {
  return effort("DECAPOD_TEST_STATES", kStates);
}

Walked crash_everywhere(Scenario const& scenario, std::string const& folder, std::uint32_t seed, std::int64_t wanted,
                        int rounds) {
  auto const played = record(scenario, folder, Lie::none, seed);
  Inquest inquest(folder);
  CrashWalk walk(inquest, seed);
  walk.walk_systematically(played.recorded);
  for (int round = 0; round < rounds && walk.walked().distinct < wanted; ++round) {
    walk.walk_at_random(played.recorded, static_cast<std::size_t>(wanted - walk.walked().distinct));
  }
  auto walked = walk.walked();
  for (auto const& finding : played.findings) walked.problems.push_back(finding);
  return walked;
}

}  // namespace

TEST_CASE("whatever a power loss takes, what was acknowledged is there once and what was refused is not") {
  auto const seed = Catch::rngSeed() != 0 ? Catch::rngSeed() : 1;
  auto const all = static_cast<std::int64_t>(scenarios().size());
  std::int64_t made = 0;
  std::int64_t distinct = 0;
  auto const began = std::chrono::steady_clock::now();
  auto const elapsed_ms = [&] {
    return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began).count();
  };
  TempDirectory const scratch;
  auto const folder = scratch / "state";
  std::filesystem::create_directory(folder);
  std::int64_t left = all;
  for (auto const& scenario : scenarios()) {
    // What one scenario cannot give the others make up for.
    auto const rounds = left == 1 ? kLastRounds : kRounds;
    auto const walked = crash_everywhere(scenario, folder, seed, (states_wanted() - distinct) / left-- + 1, rounds);
    made += walked.made;
    distinct += walked.distinct;
    std::cout << scenario.name << ": " << walked.points << " points, " << walked.made << " states made, "
              << walked.distinct << " different, " << walked.asked << " asked again, until " << elapsed_ms() << " ms\n";
    for (auto const& problem : walked.problems) UNSCOPED_INFO(scenario.name << ": " << problem);
    CHECK(walked.problems.empty());
  }
  std::cout << "seed " << seed << ": " << made << " states made, " << distinct << " different and examined, "
            << elapsed_ms() << " ms\n";
  CHECK(distinct >= states_wanted());
}

}  // namespace decapod::test
