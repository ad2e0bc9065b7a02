// Done work over time: what was promoted is looked at again, and each thing that no longer holds is named.

#include <decapod/promote/verification.h>

#include "promote_fixture.h"

namespace decapod::promote {
namespace {

using policy::testing::code_of;
using testing::git_id;
using testing::Stage;

struct Later {
  Later() {
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    id = stage.promote();
  }
  VerifyReply look() {
    json::object arguments{{"id", id},
                           {"replays", codec::encode(replays)},
                           {"here", here},
                           {"reached", codec::encode(std::vector<Reached>{{git_id('2'), ancestor}})}};
    auto const reply = stage.bench.read("promote.verify", arguments);
    INFO((reply.error ? reply.error->message : ""));
    REQUIRE(reply.data);
    VerifyReply told;
    REQUIRE(codec::decode_object(*reply.data, told, codec::Unknown::refuse));
    return told;
  }
  Verdict of(Matter matter) {
    for (auto const& point : look().points) {
      if (point.matter == matter) return point.verdict;
    }
    return Verdict::unknown;
  }
  Stage stage;
  std::string id;
  std::vector<Replay> replays{{.unit = stage.task, .gate = "tests", .outcome = Replayed::passed, .words = "well"}};
  std::string here = git_id(testing::kTree);
  Ancestor ancestor = Ancestor::yes;
};

TEST_CASE("what still holds is said to hold, point by point") {
  Later later;
  auto const told = later.look();
  CHECK(told.verdict == Verdict::holds);
  for (auto const& point : told.points) CHECK(point.verdict == Verdict::holds);
  CHECK(told.points.size() == 5);
}

TEST_CASE("each thing that does not hold any more is named, and the worst decides") {
  Later later;
  SECTION("a command that fails now") {
    later.replays[0].outcome = Replayed::failed;
    CHECK(later.of(Matter::replay) == Verdict::broken);
    CHECK(later.look().verdict == Verdict::broken);
  }
  SECTION("a command that nobody ran") {
    later.replays.clear();
    CHECK(later.of(Matter::replay) == Verdict::unknown);
    CHECK(later.look().verdict == Verdict::holds);
  }
  SECTION("files that moved on") {
    later.here = git_id('b');
    CHECK(later.of(Matter::tree) == Verdict::moved);
    CHECK(later.look().verdict == Verdict::holds);
  }
  SECTION("a history without it") {
    later.ancestor = Ancestor::no;
    CHECK(later.of(Matter::revision) == Verdict::broken);
  }
  SECTION("proofs that grew old") {
    later.stage.bench.clock().set_wall_ahead(std::chrono::days(8));
    CHECK(later.of(Matter::age) == Verdict::stale);
    CHECK(later.look().verdict == Verdict::stale);
  }
  SECTION("another policy") {
    REQUIRE(code_of(later.stage.bench.activate("", 2)) == "");
    CHECK(later.of(Matter::policy) == Verdict::stale);
  }
}

}  // namespace
}  // namespace decapod::promote
