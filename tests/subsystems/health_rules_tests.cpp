#include <rules.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace decapod::health {
namespace {

using rules::Latest;

// Catch2's --rng-seed repeats a run.
std::uint32_t seed() {
  static std::uint32_t const value = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  return value;
}

constexpr Millis kFresh{100};

State state(std::vector<Latest> const& latest, std::int64_t now) {
  auto bound = latest;
  for (auto& one : bound) one.fresh_for = kFresh;
  return rules::worth_of("own", bound, Timestamp{now}).state;
}

TEST_CASE("each state has its proofs") {
  CHECK(state({}, 50) == State::asserted);
  CHECK(state({{"other", Outcome::pass, {10}}}, 50) == State::asserted);
  CHECK(state({{"own", Outcome::pass, {10}}}, 109) == State::verified);
  CHECK(state({{"own", Outcome::pass, {10}}}, 110) == State::stale);
  CHECK(state({{"own", Outcome::fail, {10}}}, 5000) == State::contradicted);
  CHECK(state({{"own", Outcome::pass, {10}}, {"ci", Outcome::fail, {5}}}, 50) == State::contradicted);
  CHECK(state({{"own", Outcome::pass, {10}}, {"ci", Outcome::pass, {20}}}, 50) == State::verified);
}

TEST_CASE("each proof holds for its own time, and vouches for a claim as long as it verifies it") {
  std::vector<Latest> const latest{{"own", Outcome::pass, {10}, Millis(5), Vouched::yes},
                                   {"ci", Outcome::pass, {10}, Millis(500), Vouched::no}};
  auto const fresh = rules::worth_of("own", latest, Timestamp{14});
  CHECK(fresh.state == State::verified);
  CHECK(fresh.stale_at == Timestamp{15});
  CHECK(fresh.vouched == Vouched::yes);
  CHECK(rules::worth_of("own", latest, Timestamp{15}) == rules::Worth{.state = State::stale});
  CHECK(rules::worth_of("ci", latest, Timestamp{15}).vouched == Vouched::no);
}

// The model: all events in their order, of which it takes the last of each surface by looking from behind.
TEST_CASE("whatever was proved, a state changes by time alone exactly when it is said to") {
  INFO("seed " << seed());
  std::mt19937 random(seed());
  std::vector<std::string> const surfaces{"own", "ci", "lint"};
  for (int round = 0; round < 3000; ++round) {
    std::vector<Latest> events;
    std::int64_t now = 1000;
    for (auto left = random() % 8; left > 0; --left) {
      now += static_cast<std::int64_t>(random() % 80);
      events.push_back({surfaces[random() % 3],
                        random() % 4 == 0 ? Outcome::fail : Outcome::pass,
                        {now},
                        Millis(50 + static_cast<std::int64_t>(random() % 100))});
    }
    std::vector<Latest> latest;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (std::ranges::find(latest, event->surface, &Latest::surface) == latest.end()) latest.push_back(*event);
    }
    now += static_cast<std::int64_t>(random() % 150);
    auto const worth = rules::worth_of("own", latest, Timestamp{now});
    auto const later = [&](std::int64_t time) { return rules::worth_of("own", latest, Timestamp{time}).state; };

    bool failed = false;
    std::optional<Timestamp> stale_at;
    for (auto const& one : latest) {
      failed = failed || one.result == Outcome::fail;
      if (one.surface == "own") stale_at = one.at + one.fresh_for;
    }
    auto const expected = failed               ? State::contradicted
                          : !stale_at          ? State::asserted
                          : now < stale_at->ms ? State::verified
                                               : State::stale;
    REQUIRE(worth.state == expected);
    REQUIRE(worth.stale_at.has_value() == (expected == State::verified));
    if (worth.stale_at) {
      REQUIRE(*worth.stale_at > Timestamp{now});
      CHECK(later(worth.stale_at->ms - 1) == State::verified);
      CHECK(later(worth.stale_at->ms) == State::stale);
    } else {
      CHECK(later(now + 1'000'000) == expected);
    }
    std::ranges::shuffle(latest, random);
    CHECK(rules::worth_of("own", latest, Timestamp{now}) == worth);
  }
}

TEST_CASE("a level rises with verified claims, falls with contradicted and stale ones, and ignores asserted ones") {
  auto const level = [](std::int64_t verified, std::int64_t vouched, std::int64_t stale, std::int64_t contradicted,
                        std::int64_t asserted = 0) {
    return static_cast<int>(rules::level_of({.actor = "a",
                                             .verified = verified,
                                             .vouched = vouched,
                                             .stale = stale,
                                             .contradicted = contradicted,
                                             .asserted = asserted}));
  };
  for (std::int64_t v = 0; v < 9; ++v) {
    for (std::int64_t w = 0; w <= v; ++w) {
      for (std::int64_t s = 0; s < 9; ++s) {
        for (std::int64_t c = 0; c < 9; ++c) {
          auto const here = level(v, w, s, c);
          CHECK(level(v + 1, w, s, c) >= here);
          CHECK(level(v + 1, w + 1, s, c) >= here);
          CHECK(level(v, w, s + 1, c) <= here);
          CHECK(level(v, w, s, c + 1) <= here);
          CHECK(level(v, w, s, c, 1000) == here);
        }
      }
    }
  }
  CHECK(level(0, 0, 0, 0) == static_cast<int>(Autonomy::basic));
  CHECK(level(5, 5, 0, 0) == static_cast<int>(Autonomy::verified));
  CHECK(level(4, 4, 0, 0) == static_cast<int>(Autonomy::basic));
  CHECK(level(500, 4, 0, 0) == static_cast<int>(Autonomy::basic));
  CHECK(level(50, 50, 0, 1) == static_cast<int>(Autonomy::basic));
  CHECK(level(5, 5, 6, 0) == static_cast<int>(Autonomy::basic));
  CHECK(level(0, 0, 0, 1) == static_cast<int>(Autonomy::untrusted));
}

TEST_CASE("nobody is raised by others, nor by taking a claim back") {
  auto const counted = [](State all, State own) {
    return rules::counted(rules::Worth{.state = all}, rules::Worth{.state = own}).state;
  };
  CHECK(counted(State::verified, State::asserted) == State::asserted);
  CHECK(counted(State::stale, State::asserted) == State::asserted);
  CHECK(counted(State::verified, State::verified) == State::verified);
  CHECK(counted(State::verified, State::contradicted) == State::contradicted);
  CHECK(counted(State::contradicted, State::verified) == State::contradicted);
  CHECK(rules::counted_after_retraction(State::verified) == State::asserted);
  CHECK(rules::counted_after_retraction(State::stale) == State::stale);
  CHECK(rules::counted_after_retraction(State::contradicted) == State::contradicted);
}

}  // namespace
}  // namespace decapod::health
