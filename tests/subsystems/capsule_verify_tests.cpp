// A capsule against what is here now: every disagreement is named.
#include "capsule_fixture.h"

namespace decapod::capsule {
namespace {

using testing::Capsules;

// "subject verdict" of each check that does not agree.
std::vector<std::string> trouble(VerifyReply const& reply) {
  std::vector<std::string> found;
  for (auto const& check : reply.checks) {
    if (check.verdict == Verdict::agrees) continue;
    found.push_back(std::string(to_text(check.subject)) + ' ' + std::string(to_text(check.verdict)));
    CHECK(check.recorded != check.found);
    CHECK_FALSE(check.found.empty());
  }
  CHECK(reply.disagreements == static_cast<std::int64_t>(found.size()));
  return found;
}

using Trouble = std::vector<std::string>;

class Verified {
 public:
  Verified() : id(capsules.issued().capsule.id), found(capsules.material()), head(found->revision) {}

  Trouble verify() {
    auto const reply = capsules.ask(&capsule::verify, Verify{.id = id, .found = found, .head = head});
    REQUIRE(reply);
    return trouble(*reply);
  }

  Capsules capsules;
  std::string id;
  std::optional<Material> found;
  std::optional<Revision> head;
};

}  // namespace

TEST_CASE("verify names what disagrees, and nothing else") {
  Verified world;
  REQUIRE(world.verify().empty());

  SECTION("a text that was forged at issue") {
    world.found->excerpts[0].text = "# Election\nthe truth is this";
    CHECK(world.verify() == Trouble{"excerpts disagrees"});
  }
  SECTION("a better passage that was left out at issue") {
    auto better = world.found->excerpts[0];
    better.score += 1;
    better.first_line = better.last_line = 1;
    better.text = "x";
    world.found->excerpts.insert(world.found->excerpts.begin(), better);
    CHECK(world.verify() == Trouble{"excerpts disagrees", "excerpts disagrees", "excerpts disagrees"});
  }
  SECTION("a revision that this clone does not have") {
    world.found.reset();
    CHECK(world.verify() == Trouble{"revision unknown", "excerpts unknown"});
  }
  SECTION("a tree that is not the commit's") {
    world.found->revision.tree = std::string(40, '9');
    CHECK(world.verify() == Trouble{"revision disagrees"});
  }
  SECTION("a commit later") {
    world.head->commit = std::string(40, '9');
    CHECK(world.verify() == Trouble{"head disagrees"});
  }
  SECTION("no HEAD") {
    world.head.reset();
    CHECK(world.verify() == Trouble{"head unknown"});
  }
  SECTION("another policy, which gives the same") {
    auto document = testing::policy_document();
    document.name = "another";
    world.capsules.sign(document);
    CHECK(world.verify() == Trouble{"policy disagrees"});
  }
  SECTION("a policy that gives less") {
    auto document = testing::policy_document();
    document.tiers.low.capsule_limit = 3;
    world.capsules.sign(document);
    CHECK(world.verify() == Trouble{"policy disagrees", "grant disagrees"});
  }
  SECTION("a policy whose scope has other documents") {
    auto document = testing::policy_document();
    document.scopes["docs"] = {"docs"};
    world.capsules.sign(document);
    CHECK(world.verify() == Trouble{"policy disagrees", "grant disagrees"});
  }
  SECTION("a policy that cannot be read") {
    world.capsules.world.policy_error = fail(ErrorCode::policy_invalid, "altered");
    CHECK(world.verify() == Trouble{"policy unknown"});
  }
  SECTION("a task that became risky") {
    world.capsules.world.tasks["t-low"] = {"risk:high"};
    CHECK(world.verify() == Trouble{"tier disagrees"});
  }
  SECTION("a task that is gone") {
    world.capsules.world.tasks.erase("t-low");
    CHECK(world.verify() == Trouble{"tier unknown"});
  }
  SECTION("a row whose bytes were changed") {
    world.capsules.database->execute("UPDATE capsule_capsule SET document = replace(document, 'decides', 'devides')");
    CHECK(world.verify() == Trouble{"hash disagrees", "excerpts disagrees"});
  }
  SECTION("a row that is no capsule any more") {
    world.capsules.database->execute("UPDATE capsule_capsule SET document = document || ' '");
    CHECK(world.verify() == Trouble{"hash disagrees"});
    CHECK(world.capsules.ask(&show, Show{.id = world.id}).error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("a capsule of a workunit is held against the task that the workunit has now") {
  Verified world;
  auto request = world.capsules.request();
  request.task.reset();
  request.workunit = "w-high";
  auto const reply = world.capsules.ask(&issue, request);
  REQUIRE(reply);
  world.id = reply->capsule.id;
  CHECK(world.verify().empty());
  world.capsules.world.workunits["w-high"] = "t-medium";
  CHECK(world.verify() == Trouble{"tier disagrees", "tier disagrees", "grant disagrees"});
}

}  // namespace decapod::capsule
