#pragma once
// Looks at what was promoted, and believes signatures only.

#include <decapod/promote_lineage/agreement.h>

#include "promote_fixture.h"

namespace decapod::promote {

inline constexpr int kOfTheOperator = 1;

// What was promoted, told by somebody who believes signatures only.
struct Witness {
  void look(storage::Database& database) {
    static std::vector<governance::PublicKey> const operators{policy::testing::key_number(kOfTheOperator).public_key()};
    auto rows = database.query("SELECT lineage FROM promote_promotion");
    while (rows.next()) {
      auto const lineage = parse_lineage(rows.view(0));
      REQUIRE(lineage);
      auto const policy = governance::parse_canonical(lineage->policy.document);
      REQUIRE(policy);
      auto const demand = demand_of(*lineage, *policy);
      bool const asked = demand.approval == governance::ApprovalNeed::required;
      if (lineage->entry) ++(asked ? entries_signed : entries_without);
      if (demand.seal == governance::SealNeed::required) ++waiting;
      CHECK(lineage->policy.sequence == 1);
      CHECK(asked == lineage->approval.has_value());
      if (asked) CHECK(lineage->by == "bob");
      check_lineage(*lineage, operators,
                    [](std::string_view code, std::string const& message) { FAIL(code << ": " << message); });
      ++(asked ? with_signature : without);
    }
    // Each procedural entry is so by a promotion that waits for nothing.
    auto procedural = database.query(
        "SELECT e.id, p.lineage FROM knowledge_entry e LEFT JOIN promote_promotion p ON p.id = e.promotion"
        " WHERE e.promoted_at IS NOT NULL");
    while (procedural.next()) {
      REQUIRE_FALSE(procedural.is_null(1));
      auto const lineage = parse_lineage(procedural.view(1));
      REQUIRE(lineage);
      REQUIRE(lineage->entry);
      CHECK(lineage->entry->id == procedural.text(0));
      CHECK(seal_need_of(*lineage) == governance::SealNeed::never);
    }
    auto seals = database.query("SELECT count(*) FROM promote_seal");
    REQUIRE(seals.next());
    CHECK(seals.integer(0) == 0);
  }
  int with_signature = 0;
  int without = 0;
  int entries_signed = 0;
  int entries_without = 0;
  int waiting = 0;  // for a seal
};

}  // namespace decapod::promote
