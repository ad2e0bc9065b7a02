// Whatever somebody changes in the tables of promotions by hand, a gate names.

#include "promote_fixture.h"

namespace decapod::promote {
namespace {

using Codes = std::vector<std::string>;
using policy::testing::code_of;
using testing::Stage;

struct Tampered {
  Tampered() {
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    id = stage.promote();
    REQUIRE(findings().empty());
  }
  Codes findings() { return stage.bench.gate_codes("promote.ledger"); }
  Stage stage;
  std::string id;
};

TEST_CASE("a promotion that is not what its commit recorded is named") {
  Tampered store;
  auto& bench = store.stage.bench;
  SECTION("its lineage") {
    bench.tamper("UPDATE promote_promotion SET lineage = replace(lineage, 'alice', 'alicf')");
    CHECK(store.findings() == Codes{"PROMOTION_ALTERED"});
  }
  SECTION("its revision, in the column alone") {
    bench.tamper("UPDATE promote_promotion SET revision = 'x'");
    CHECK(store.findings() == Codes{"PROMOTION_ALTERED"});
  }
  SECTION("its units") {
    bench.tamper("UPDATE promote_unit SET unit = 't-zzzz'");
    CHECK(store.findings() == Codes{"PROMOTION_ALTERED"});
  }
  SECTION("the ledger's row") {
    bench.tamper("UPDATE ledger SET actor = 'bob' WHERE operation = 'promote.record'");
    CHECK(store.findings() == Codes{"PROMOTION_ALTERED"});
  }
  SECTION("the record of the trail") {
    bench.tamper("UPDATE audit_mutation SET body = replace(body, 'promote/lineage/', 'promote/lineagf/')");
    CHECK(store.findings() == Codes{"PROMOTION_UNCONFIRMED"});
  }
  SECTION("a promotion that is gone") {
    bench.tamper("DELETE FROM promote_unit");
    bench.tamper("DELETE FROM promote_promotion");
    CHECK(store.findings() == Codes{"PROMOTION_GONE"});
  }
  SECTION("one that no request recorded") {
    auto lineage = store.stage.bundle(store.id).lineage;
    lineage.by = "mallory";
    auto const text = canonical(lineage);
    auto const digest = digest_of(text);
    bench.tamper("INSERT INTO promote_promotion (id, digest, lineage, kind, revision, marker) SELECT '" +
                 id_of(digest) + "', x'" + digest + "', CAST(x'" + hex(std::as_bytes(std::span(text))) +
                 "' AS TEXT), kind, revision, marker FROM promote_promotion");
    bench.tamper("INSERT INTO promote_unit SELECT unit, 2 FROM promote_unit");
    CHECK(store.findings() == Codes{"PROMOTION_UNCONFIRMED"});
  }
  SECTION("a seal that nobody signed") {
    bench.tamper("INSERT INTO promote_seal VALUES (1, '{}', '00', '1.1')");
    CHECK(store.findings() == Codes{"PROMOTION_UNSIGNED"});
  }
}

TEST_CASE("a store that was changed exports no bundle") {
  Tampered store;
  store.stage.bench.tamper("UPDATE promote_promotion SET lineage = replace(lineage, 'alice', 'alicf')");
  CHECK(code_of(store.stage.bench.read("promote.export", {{"id", store.id}})) == "PROMOTION_ALTERED");
  CHECK(code_of(store.stage.bench.read("promote.show", {{"id", store.id}})) == "PROMOTION_ALTERED");
}

}  // namespace
}  // namespace decapod::promote
