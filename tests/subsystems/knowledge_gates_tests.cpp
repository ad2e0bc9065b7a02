#include <rules.h>
#include <subsystem.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "knowledge_fixture.h"

namespace decapod::knowledge {
namespace {

using testing::Knowledge;
using Codes = std::vector<std::string>;

TEST_CASE("each gate over what is known finds what breaks it, and only that") {
  Knowledge knowledge;
  auto const a = knowledge.add("a"), b = knowledge.add("b"), c = knowledge.add("c");
  REQUIRE(knowledge.ask(&supersede, Supersede{a, b, ""}));
  REQUIRE(knowledge.gate_codes().empty());
  auto& database = *knowledge.database;

  SECTION("an entry that rests on nothing any more") {
    database.execute("DELETE FROM knowledge_source WHERE entry = 3");
    database.execute("UPDATE knowledge_search SET sources = NULL WHERE rowid = 3");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_PROVENANCE_MISSING", "KNOWLEDGE_DIGEST_WRONG"});
  }
  SECTION("a source that could not have been given") {
    database.execute("UPDATE knowledge_source SET value = '' WHERE entry = 3");
    database.execute("UPDATE knowledge_search SET sources = '' WHERE rowid = 3");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_PROVENANCE_WRONG", "KNOWLEDGE_DIGEST_WRONG"});
  }
  SECTION("a circle") {
    database.execute(
        "UPDATE knowledge_entry SET successor = 1, superseded_at = 0, superseded_by = 'x', supersede_reason = ''"
        " WHERE number = 2");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_SUPERSESSION_CIRCLE"});
  }
  SECTION("a digest that no mutation named, of words that were changed with it") {
    auto const digest = knowledge::digest_of("c", EntryKind::fact, "changed", {*parse_source("command:true")}, {});
    database.execute("UPDATE knowledge_body SET body = 'changed' WHERE entry = 3");
    database.execute("UPDATE knowledge_search SET body = 'changed' WHERE rowid = 3");
    database.execute("UPDATE knowledge_entry SET digest = ? WHERE number = 3", digest);
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_ENTRY_UNRECORDED"});
  }
  SECTION("a promotion that never was") {
    database.execute(
        "UPDATE knowledge_entry SET promoted_at = 0, promoted_by = 'alice', promote_reason = '', promotion = 'p',"
        " promoted_epoch = 3, promoted_seq = 3 WHERE number = 3");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_PROMOTION_UNCONFIRMED"});
  }
  SECTION("a text that search lost") {
    database.execute("DELETE FROM knowledge_search WHERE rowid = 3");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_SEARCH_INCOMPLETE", "KNOWLEDGE_SEARCH_STALE"});
  }
  SECTION("a title that was changed") {
    database.execute("UPDATE knowledge_entry SET title = 'changed' WHERE id = ?", c);
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_SEARCH_STALE", "KNOWLEDGE_DIGEST_WRONG"});
  }
  SECTION("a body that was changed, and in the index, too") {
    database.execute("UPDATE knowledge_body SET body = 'changed' WHERE entry = 3");
    database.execute("UPDATE knowledge_search SET body = 'changed' WHERE rowid = 3");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_DIGEST_WRONG"});
  }
  SECTION("a kind that there is not") {
    database.execute("UPDATE knowledge_entry SET kind = 'rumour' WHERE id = ?", c);
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_VALUE_UNKNOWN"});
  }
  SECTION("an entry that the trail names and the store has lost") {
    database.execute("INSERT INTO audit_index VALUES ('key:knowledge/entry/k-gone', 7)");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_ENTRY_LOST"});
  }
  SECTION("a counter that was set back") {
    database.execute("UPDATE knowledge_counter SET value = 1");
    CHECK(knowledge.gate_codes() == Codes{"KNOWLEDGE_COUNTER_WRONG"});
  }
}

TEST_CASE("the store itself refuses half a supersession, an entry as its own successor and a file without a digest") {
  Knowledge knowledge;
  auto const id = knowledge.add("a");
  knowledge.add("b");
  auto& database = *knowledge.database;
  CHECK_THROWS_AS(database.execute("UPDATE knowledge_entry SET successor = 2 WHERE id = ?", id), storage::Failure);
  CHECK_THROWS_AS(database.execute("UPDATE knowledge_entry SET successor = number, superseded_at = 0,"
                                   " superseded_by = '', supersede_reason = '' WHERE id = ?",
                                   id),
                  storage::Failure);
  CHECK_THROWS_AS(database.execute("INSERT INTO knowledge_source (entry, kind, value) VALUES (1, 'file', 'x')"),
                  storage::Failure);
}

TEST_CASE("every code of the gates over what is known is used once") {
  std::vector<std::string_view> seen;
  for (auto const& gate : subsystem.gates) {
    CHECK(gate.name.starts_with("knowledge."));
    for (auto const code : gate.codes) {
      CHECK(std::ranges::find(seen, code) == seen.end());
      seen.push_back(code);
    }
  }
  CHECK(seen.size() == 12);
}

}  // namespace
}  // namespace decapod::knowledge
