// The first checkpoint: who gets what, and that a refusal leaves nothing behind.
#include <functional>

#include "capsule_fixture.h"

namespace decapod::capsule {
namespace {

using governance::Risk;
using testing::Capsules;

struct Denial {
  char const* what;
  ErrorCode code;
  std::function<void(Capsules&, Issue&)> make;
};

std::vector<Denial> const& denials() {
  static std::vector<Denial> const table = {
      {"no signed policy, above the lowest risk", ErrorCode::capsule_policy_missing,
       [](Capsules& capsules, Issue& request) {
         capsules.world.policy.endorsed = governance::Endorsed::no;
         request.task = "t-medium";
       }},
      {"a stored policy that was altered", ErrorCode::capsule_policy_invalid,
       [](Capsules& capsules, Issue&) {
         capsules.world.policy_error = fail(ErrorCode::policy_invalid, "the signature does not match");
       }},
      {"a scope that there is not", ErrorCode::capsule_scope_denied,
       [](Capsules&, Issue& request) { request.scope = "secrets"; }},
      {"a scope of a higher tier", ErrorCode::capsule_scope_denied,
       [](Capsules&, Issue& request) { request.scope = "specs"; }},
      {"a scope that is a path", ErrorCode::capsule_scope_denied,
       [](Capsules&, Issue& request) { request.scope = "../docs"; }},
      {"a tier that gets nothing, although it is the highest", ErrorCode::capsule_scope_denied,
       [](Capsules&, Issue& request) { request.task = "t-critical"; }},
      {"more than the tier's limit", ErrorCode::capsule_limit_denied,
       [](Capsules&, Issue& request) { request.limit = 5; }},
      {"a tier with scopes and without a limit", ErrorCode::capsule_limit_denied,
       [](Capsules& capsules, Issue&) {
         auto document = testing::policy_document();
         document.tiers.low.capsule_limit = 0;
         capsules.sign(document);
       }},
      {"a file, where the tier allows none", ErrorCode::capsule_write_denied,
       [](Capsules&, Issue& request) { request.write = Write::yes; }},
      {"a risk label that names no risk", ErrorCode::capsule_tier_unknown,
       [](Capsules&, Issue& request) { request.task = "t-slip"; }},
      {"no revision", ErrorCode::capsule_revision_unresolved,
       [](Capsules&, Issue& request) { request.material.reset(); }},
      {"an excerpt of another scope", ErrorCode::capsule_scope_denied,
       [](Capsules&, Issue& request) { request.material->excerpts[0].path = "src/secret.c"; }},
      {"more excerpts than were asked for", ErrorCode::capsule_limit_denied,
       [](Capsules&, Issue& request) { request.limit = 1; }},
      {"a task that there is not", ErrorCode::not_found, [](Capsules&, Issue& request) { request.task = "t-x"; }},
      {"a task that is a path", ErrorCode::not_found,
       [](Capsules&, Issue& request) { request.task = "../../etc/passwd"; }},
      {"a workunit that there is not", ErrorCode::not_found,
       [](Capsules&, Issue& request) {
         request.task.reset();
         request.workunit = "w-x";
       }},
      {"a workunit whose task is gone", ErrorCode::not_found,
       [](Capsules&, Issue& request) {
         request.task.reset();
         request.workunit = "w-lost";
       }},
      {"a task and a workunit", ErrorCode::bad_request, [](Capsules&, Issue& request) { request.workunit = "w-high"; }},
      {"neither of them", ErrorCode::bad_request, [](Capsules&, Issue& request) { request.task.reset(); }},
      {"a topic without a word", ErrorCode::bad_request, [](Capsules&, Issue& request) { request.topic = "?!"; }},
      {"material that was read under another policy", ErrorCode::policy_moved,
       [](Capsules&, Issue& request) { request.material->policy = std::string(64, 'a'); }},
      {"material that contradicts itself", ErrorCode::bad_request,
       [](Capsules&, Issue& request) { request.material->matched = 1; }},
  };
  return table;
}

}  // namespace

TEST_CASE("every denial has its code, and leaves no row and no key") {
  for (auto const& denial : denials()) {
    INFO(denial.what);
    Capsules capsules;
    auto request = capsules.request();
    denial.make(capsules, request);
    auto const reply = capsules.ask(&issue, request);
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == denial.code);
    CHECK(capsules.count("SELECT count(*) FROM capsule_capsule") == 0);
    CHECK(capsules.count("SELECT count(*) FROM audit_index") == 0);
    CHECK(capsules.affected.empty());
  }
  // What was wrong was that one thing each time.
  Capsules sound;
  CHECK(sound.ask(&issue, sound.request()));
  CHECK(sound.count("SELECT count(*) FROM capsule_capsule") == 1);
  CHECK(sound.count("SELECT count(*) FROM audit_index") == 2);
}

TEST_CASE("every denial of the policy is said before the repository is read, too") {
  int denied = 0;
  for (auto const& denial : denials()) {
    Capsules capsules;
    auto request = capsules.request();
    denial.make(capsules, request);
    auto const granted = capsules.ask(&grant, Grant{.scope = request.scope,
                                                    .task = request.task,
                                                    .workunit = request.workunit,
                                                    .limit = request.limit,
                                                    .write = request.write});
    if (granted) continue;
    INFO(denial.what);
    CHECK(granted.error().code == denial.code);
    ++denied;
  }
  CHECK(denied == 16);
}

TEST_CASE("a denial says what the tier would give") {
  Capsules capsules;
  auto request = capsules.request();
  request.scope = "knowledge";
  request.task = "t-medium";
  auto const error = capsules.ask(&issue, request).error();
  CHECK(to_text(error.details) == R"({"scope":"knowledge","tier":"medium","allowed":["docs","specs"]})");
  request.scope = "docs";
  request.limit = 9;
  auto const limit = capsules.ask(&issue, request).error();
  CHECK(to_text(limit.details) == R"({"limit":9,"tier":"medium","allowed":6})");
}

TEST_CASE("the tier is the highest of what the labels and the policy say") {
  auto const tier = [](Capsules& capsules, std::string const& task) {
    auto const granted = capsules.ask(&grant, Grant{.scope = "docs", .task = task});
    REQUIRE(granted);
    return granted->tier;
  };
  Capsules capsules;
  CHECK(tier(capsules, "t-low") == Risk::low);
  CHECK(tier(capsules, "t-medium") == Risk::medium);
  CHECK(tier(capsules, "t-high") == Risk::high);
  auto document = testing::policy_document();
  document.default_risk = Risk::medium;
  capsules.sign(document);
  CHECK(tier(capsules, "t-low") == Risk::medium);
  CHECK(tier(capsules, "t-high") == Risk::high);
  governance::Zone zone;
  zone.name = "capsules";
  zone.risk = Risk::high;
  zone.operations = {"capsule.*"};
  document.zones.push_back(zone);
  capsules.sign(document);
  CHECK(tier(capsules, "t-low") == Risk::high);
  // Of a workunit it is that of its task.
  auto const granted = capsules.ask(&grant, Grant{.scope = "docs", .workunit = "w-high"});
  REQUIRE(granted);
  CHECK(granted->tier == Risk::high);
}

TEST_CASE("a higher label gives nothing without what its tier asks for") {
  Capsules capsules;
  auto document = testing::policy_document();
  document.tiers.medium.trust = governance::Trust::basic;
  document.tiers.high.trust = governance::Trust::verified;
  document.tiers.critical = document.tiers.high;
  document.tiers.critical.approval = governance::ApprovalNeed::required;
  document.tiers.critical.trust = governance::Trust::basic;
  capsules.sign(document);
  auto const judged = [&](std::string const& task) {
    auto request = capsules.request();
    request.task = task;
    return capsules.judged(request);
  };
  capsules.world.trust = governance::Trust::basic;
  CHECK(judged("t-low").empty());
  CHECK(judged("t-medium").empty());
  CHECK(judged("t-high") == "POLICY_DENIED");
  CHECK(judged("t-critical") == "APPROVAL_REQUIRED");
  // What any task is given takes none, and the refusal says how much that is.
  auto within = capsules.request();
  within.task = "t-critical";
  within.limit = document.tiers.low.capsule_limit;
  CHECK(capsules.hint.find("`--limit " + std::to_string(*within.limit) + '`') != std::string::npos);
  CHECK(capsules.judged(within).empty());
  within.limit = *within.limit + 1;
  CHECK(capsules.judged(within) == "APPROVAL_REQUIRED");
  // The task of a work unit counts as the task itself does.
  auto request = capsules.request();
  request.task.reset();
  request.workunit = "w-high";
  CHECK(capsules.judged(request) == "POLICY_DENIED");
  capsules.world.trust = governance::Trust::verified;
  CHECK(judged("t-high").empty());
  // What the handler denies in its own words is left to it: nobody is asked to approve it.
  CHECK(judged("t-slip").empty());
  CHECK(judged("t-x").empty());
  request = capsules.request();
  request.task = "t-critical";
  request.limit = 9;
  CHECK(capsules.judged(request).empty());
  CHECK(capsules.ask(&issue, request).error().code == ErrorCode::capsule_limit_denied);
}

TEST_CASE("an unsigned policy serves the lowest risk") {
  Capsules capsules;
  capsules.world.policy.endorsed = governance::Endorsed::no;
  CHECK(capsules.ask(&issue, capsules.request()));
}

}  // namespace decapod::capsule
