// Whatever agents publish and release, in whatever order, nothing counts that has a change in it which the operator was
// to seal and did not, or a failure that nobody answered who is worth as much.

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include <algorithm>

#include "promote_world.h"

namespace decapod::promote {
namespace {

using testing::Signer;
using testing::Tally;
using testing::World;
using workunit::Level;
using workunit::Outcome;

constexpr unsigned kDraws = 1U << 30U;
constexpr int kStepsOfReleases = 30;
constexpr int kStepsOfProofs = 50;
constexpr char const* kPaths[] = {"README.md", "docs/a.txt", "docs/b.txt", "sealed/a.txt"};

// One draw, taken apart.
class Draw {
 public:
  explicit Draw(unsigned number) : rest_(number) {}
  int below(int end) {
    auto const drawn = rest_ % static_cast<unsigned>(end);
    rest_ /= static_cast<unsigned>(end);
    return static_cast<int>(drawn);
  }
  int unit() { return below(World::kUnits); }
  std::string path() { return kPaths[below(4)]; }
  World::Named units() {
    auto const chosen = 1 + below((1 << World::kUnits) - 1);
    World::Named units;
    for (int i = 0; i < World::kUnits; ++i) {
      if ((chosen >> i) % 2 == 1) units.push_back(i);
    }
    if (below(2) == 0) std::ranges::reverse(units);
    return units;
  }
  Signer signer() { return below(4) == 0 ? Signer::an_agent : Signer::the_operator; }
  Level level() {
    static constexpr Level kAll[] = {Level::asserted, Level::observed, Level::reproduced};
    return kAll[below(3)];
  }
  Outcome outcome() { return below(2) == 0 ? Outcome::passed : Outcome::failed; }

 private:
  unsigned rest_;
};

// So many at most in the largest case, of all draws in each.
rc::Gen<std::vector<unsigned>> draws(int most) {
  auto const one = rc::gen::resize(rc::kNominalSize, rc::gen::inRange<unsigned>(0, kDraws));
  return rc::gen::scale(1.0 * most / rc::kNominalSize, rc::gen::container<std::vector<unsigned>>(one));
}

// Work that is published, mostly sealed if it has to be, and mostly released at once.
void deliver(World& world, Draw draw) {
  auto const unit = draw.unit();
  auto const path = draw.path();
  world.work(unit, path, draw.below(3));
  if (draw.below(4) != 0) world.seal(0, Signer::the_operator);
  auto units = draw.units();
  if (std::ranges::find(units, unit) == units.end()) units.push_back(unit);
  if (draw.below(3) == 0) return;
  if (draw.below(2) == 0) world.release_from(units, draw.below(100));
  world.release(world.published_of(units));
}

void take_a_step_of_releases(World& world, Draw draw) {
  switch (draw.below(16)) {
    case 0:
      return world.commit(draw.path());
    case 1:
      return world.check_out(draw.below(100));
    case 2:
      return world.learn(draw.path());
    case 3:
      return world.see(draw.unit(), draw.level(), draw.outcome());
    case 4:
    case 5: {
      auto const units = world.published_of(draw.units());
      return world.release_from(units, draw.below(100));
    }
    case 6:
      return world.release(draw.units());
    case 7:
      return world.release(world.published_of(draw.units()));
    case 8:
    case 9:
      return world.seal(draw.below(3), draw.signer());
    default:
      return deliver(world, draw);
  }
}

void take_a_step_of_proofs(World& world, Draw draw) {
  switch (draw.below(8)) {
    case 0:
      world.rename(0);
      break;
    case 1:
      if (draw.below(4) == 0) world.commit("README.md");
      break;
    default: {
      auto const level = draw.level();
      // A reproduction that failed is hard to answer, so that it would be all that is looked at; and it is said of most
      // things that they pass.
      bool const rare = level != Level::observed && draw.below(3) != 0;
      world.see(0, level, rare ? Outcome::passed : draw.outcome());
    }
  }
  if (draw.below(2) == 0) world.publish(0);
}

TEST_CASE("no sequence of publications and releases leaves a change behind that the operator was to seal") {
  Tally tally;
  // rapidcheck prints the seed of a failure, and how to run it again.
  CHECK(rc::check("publications, releases and seals", [&] {
    World world(tally);
    for (auto const number : *draws(kStepsOfReleases)) take_a_step_of_releases(world, Draw(number));
    world.look();
  }));
  // Otherwise nothing was tried.
  INFO(tally.published << " published, " << tally.released << " released, " << tally.waiting << " wait, "
                       << tally.sealed << " sealed, " << tally.lied << " lies, " << tally.procedural << " procedural");
  CHECK(tally.published > 100);
  CHECK(tally.released > 20);
  CHECK(tally.waiting > 20);
  CHECK(tally.sealed > 50);
  CHECK(tally.lied > 10);
  CHECK(tally.procedural > 5);
}

TEST_CASE("no sequence of proofs publishes what was seen to fail by somebody whose word is worth more") {
  Tally tally;
  CHECK(rc::check("proofs of all levels, and gates under other names", [&] {
    World world(tally);
    for (auto const number : *draws(kStepsOfProofs)) take_a_step_of_proofs(world, Draw(number));
    world.look();
  }));
  INFO(tally.published << " published, " << tally.failures_held << " held");
  CHECK(tally.published > 50);
  CHECK(tally.failures_held > 100);
}

}  // namespace
}  // namespace decapod::promote
