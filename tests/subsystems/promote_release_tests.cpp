// Where a release begins, and on what it rests.

#include <decapod/contract/subsystem.h>
#include <decapod/governance/statements.h>

#include "promote_fixture.h"

namespace decapod::promote {
namespace {

using policy::testing::code_of;
using testing::Stage;
using testing::with_told;

TEST_CASE("a release does not rest on a publication that waits for its seal") {
  Stage stage(testing::approving_policy(), {});
  auto const id = stage.await_seal();
  auto const release = stage.subject(Kind::release);
  auto const refused = stage.check(release);
  CHECK(code_of(refused) == "PROMOTION_UNSEALED");
  CHECK(code_of(stage.record(release)) == "PROMOTION_UNSEALED");
  CHECK(refused.error->details.at("what").as_string().find(id) != std::string::npos);
  REQUIRE(code_of(stage.seal(id)) == "");
  CHECK(code_of(stage.record(release)) == "");
  CHECK(stage.bench.gate_codes("promote.ledger").empty());
}

TEST_CASE("a release begins where the last one ended that does not wait for its seal") {
  Stage stage(testing::approving_policy(), {});
  REQUIRE(code_of(stage.seal(stage.await_seal())) == "");
  auto const from = [&](char base) {
    auto const arguments = stage.subject(Kind::release);
    auto told = testing::told_in(arguments);
    told.base = testing::git_id(base);
    return with_told(arguments, told);
  };
  auto const released = stage.record(from(testing::kBase));
  INFO((released.error ? released.error->message : ""));
  REQUIRE(released.data);
  CHECK(released.data->at("seal") == "required");
  auto const id = std::string(released.data->at("id").as_string());
  // Nothing of what it changed is behind anybody yet.
  CHECK(code_of(stage.check(from(testing::kHead))) == "PROMOTION_REVISION_MISMATCH");
  CHECK(code_of(stage.record(from(testing::kHead))) == "PROMOTION_REVISION_MISMATCH");
  CHECK(code_of(stage.check(from(testing::kBase))) == "ALREADY_EXISTS");
  SECTION("once it is sealed it counts") {
    REQUIRE(code_of(stage.seal(id)) == "");
    CHECK(code_of(stage.check(from(testing::kBase))) == "PROMOTION_REVISION_MISMATCH");
    CHECK(code_of(stage.check(from(testing::kHead))) == "ALREADY_EXISTS");
  }
  SECTION("where it ended is what its commit recorded") {
    REQUIRE(code_of(stage.seal(id)) == "");
    stage.bench.tamper("UPDATE promote_promotion SET revision = '" + testing::git_id('9') + "' WHERE kind = 'release'");
    CHECK(code_of(stage.check(from('9'))) == "PROMOTION_ALTERED");
  }
}

TEST_CASE("the first release begins where a published unit began, or is of the highest risk") {
  Stage stage(testing::approving_policy(), {});
  REQUIRE(code_of(stage.seal(stage.await_seal())) == "");
  auto const arguments = stage.subject(Kind::release);
  auto told = testing::told_in(arguments);
  told.base = testing::git_id(testing::kHead);
  CHECK(code_of(stage.check(with_told(arguments, told))) == "PROMOTION_REVISION_MISMATCH");
  CHECK(code_of(stage.record(with_told(arguments, told))) == "PROMOTION_REVISION_MISMATCH");
  told.base.clear();
  told.paths.clear();
  told.complete = Complete::no;
  auto const untold = stage.check(with_told(arguments, told));
  INFO((untold.error ? untold.error->message : ""));
  CHECK(code_of(untold) == "POLICY_DENIED");
  CHECK(untold.error->message.find("not every path was told (critical)") != std::string::npos);
}

TEST_CASE("a release is made once, in whatever order its units are named") {
  Stage stage(testing::approving_policy(), {});
  stage.changed = "README.md";
  json::array units;
  json::array sums;
  for (int i = 0; i < 2; ++i) {
    if (i > 0) stage.task = stage.bench.add_task();
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    auto const published = stage.subject();
    REQUIRE(code_of(stage.record(published)) == "");
    units.push_back(published.at("unit").at(0));
    sums.push_back(published.at("sums").at(0));
  }
  auto arguments = stage.subject(Kind::release);
  arguments["unit"] = units;
  arguments["sums"] = sums;
  REQUIRE(code_of(stage.record(arguments)) == "");
  auto told = testing::told_in(arguments);
  told.base = testing::git_id(testing::kHead);
  told.paths.clear();
  arguments["unit"] = json::array{units[1], units[0]};
  arguments["sums"] = json::array{sums[1], sums[0]};
  CHECK(code_of(stage.record(with_told(arguments, told))) == "ALREADY_EXISTS");
  CHECK(stage.bench.count("SELECT count(*) FROM promote_promotion WHERE kind = 'release'") == 1);
}

TEST_CASE("a seal that the operator did not give lets no release through, and is shown as none") {
  Stage stage(testing::approving_policy(), {});
  auto const id = stage.await_seal();
  auto const release = stage.subject(Kind::release);
  auto const made = stage.bundle(id);
  auto const signed_by = [&](int key, std::string const& record) {
    governance::LineageSeal const body{.promotion = id, .digest = made.digest, .record = record};
    return stage.bench.say(key, governance::StatementKind::lineage, codec::encode(body).as_object());
  };
  auto const put = [&](governance::Signed const& statement, std::string const& marker) {
    stage.bench.tamper("INSERT OR REPLACE INTO promote_seal VALUES (1, '" + statement.text + "', '" +
                       statement.signature + "', '" + marker + "')");
  };
  SECTION("nobody's") {
    put({.text = "{}", .signature = "00"}, made.lineage.marker);
  }
  SECTION("another key's") {
    put(signed_by(9, made.record.hash), made.lineage.marker);
  }
  SECTION("of another record") {
    put(signed_by(1, made.digest), made.lineage.marker);
  }
  SECTION("of no request that the trail knows") {
    put(signed_by(1, made.record.hash), made.lineage.marker);
  }
  auto const is_altered = [&](ipc::Reply const& reply) {
    CHECK(code_of(reply) == "PROMOTION_ALTERED");
    REQUIRE(reply.error);
    CHECK(reply.error->details.contains("recorded"));
    CHECK(reply.error->details.contains("found"));
  };
  is_altered(stage.check(release));
  is_altered(stage.record(release));
  is_altered(stage.seal_of(made));
  is_altered(stage.bench.read("promote.export", {{"id", id}}));
  CHECK(stage.bench.count("SELECT count(*) FROM promote_promotion") == 1);
  CHECK(stage.bench.read("promote.show", {{"id", id}}).data->at("promotion").at("sealed") == "awaited");
  CHECK(stage.bench.read("promote.verify", {{"id", id}}).data->at("verdict") == "broken");
  CHECK(stage.bench.gate_codes("promote.ledger") == std::vector<std::string>{"PROMOTION_UNSIGNED"});
}

}  // namespace
}  // namespace decapod::promote
