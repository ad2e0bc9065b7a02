#include <decapod/election/step_down.h>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>

namespace decapod::election {
namespace {

// A narrow range, so that ties in each place are common.
BuildRank any_rank() {
  auto const number = rc::gen::inRange<std::int64_t>(0, 4);
  return {.schema = *number, .protocol = *number, .version = *number};
}

}  // namespace

TEST_CASE("of any two builds at most one replaces the other, and an equal one never does") {
  CHECK(rc::check([] {
    auto const one = any_rank();
    auto const other = any_rank();
    auto const store = *rc::gen::inRange<std::int64_t>(0, 4);
    bool const forth = meet(one, other, store) == Encounter::replace;
    bool const back = meet(other, one, store) == Encounter::replace;
    RC_ASSERT(!(forth && back));
    RC_ASSERT((forth || back) == (one != other));
    RC_ASSERT(meet(one, one, store) != Encounter::replace);
  }));
}

TEST_CASE("builds that meet in any order replace the broker only upwards") {
  CHECK(rc::check([] {
    auto leader = any_rank();
    auto const count = *rc::gen::inRange(1, 40);
    for (int i = 0; i < count; ++i) {
      auto const client = any_rank();
      if (meet(client, leader, leader.schema) != Encounter::replace) continue;
      RC_ASSERT(client > leader);
      leader = client;
    }
  }));
}

TEST_CASE("the schema counts before the protocol, and the protocol before the version") {
  BuildRank const broker{.schema = 5, .protocol = 1, .version = 1'002'000};
  CHECK(meet({6, 1, 1'001'000}, broker, 5) == Encounter::replace);
  CHECK(meet({5, 2, 1'001'000}, broker, 5) == Encounter::replace);
  CHECK(meet({5, 1, 1'002'001}, broker, 5) == Encounter::replace);
}

TEST_CASE("an older client is served as long as it knows the store and speaks the protocol") {
  BuildRank const broker{.schema = 5, .protocol = 1, .version = 2'000'000};
  CHECK(meet({5, 1, 1'000'000}, broker, 5) == Encounter::served);
  CHECK(meet({4, 1, 1'000'000}, broker, 4) == Encounter::served);
  CHECK(meet({4, 1, 1'000'000}, broker, 5) == Encounter::refused);
  CHECK(meet({5, 0, 1'000'000}, broker, 5) == Encounter::refused);
}

}  // namespace decapod::election
