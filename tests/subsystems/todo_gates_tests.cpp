#include <subsystem.h>
#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;

std::vector<std::string> codes(Backlog& backlog) {
  std::vector<std::string> found;
  for (auto const& finding : backlog.gate_findings()) found.push_back(finding.code);
  return found;
}

TEST_CASE("each gate finds what breaks it, and only that") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b");
  REQUIRE(backlog.ask(&link, Link{a, LinkKind::blocks, b}));
  REQUIRE(backlog.ask(&comment, Comment{.id = a, .text = "x"}));
  backlog.claim(a, testing::caller("alice", "s"));
  REQUIRE(codes(backlog).empty());
  auto& database = *backlog.database;

  SECTION("a count that is off") {
    database.execute("UPDATE todo_item SET open_blockers = 2 WHERE id = ?", b);
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_BLOCKER_COUNT_WRONG"});
  }
  SECTION("a token that was given out twice") {
    database.execute("UPDATE todo_item SET token = 1");
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_TOKEN_REUSED"});
  }
  SECTION("a text that search lost") {
    database.execute("DELETE FROM todo_search WHERE comment = 'x'");
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_SEARCH_INCOMPLETE"});
  }
  SECTION("a title that search has not seen") {
    database.execute("UPDATE todo_item SET title = 'changed' WHERE id = ?", b);
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_SEARCH_STALE"});
  }
  SECTION("a circle") {
    database.execute("INSERT INTO todo_link SELECT 'blocks', target, source, 0, 'x' FROM todo_link");
    database.execute("UPDATE todo_item SET open_blockers = 1");
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_LINK_CIRCLE"});
  }
}

TEST_CASE("an item that the trail names and the store has lost is named with the mutation that made it") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b");
  auto& database = *backlog.database;
  for (auto const& [sequence, id] : {std::pair{1, a}, std::pair{2, b}, std::pair{3, a}}) {
    database.execute("INSERT INTO audit_index VALUES (?, ?)", "key:todo/item/" + id, sequence);
  }
  database.execute("INSERT INTO audit_index VALUES ('op:todo.add', 1)");
  REQUIRE(codes(backlog).empty());
  database.execute("DELETE FROM todo_search WHERE rowid = 2 * (SELECT number FROM todo_item WHERE id = ?)", a);
  database.execute("DELETE FROM todo_item WHERE id = ?", a);
  auto const findings = backlog.gate_findings();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "TODO_ITEM_LOST");
  CHECK(findings[0].where == "todo/item/" + a);
  CHECK_THAT(findings[0].message, Catch::StartsWith("mutation 1 names " + a));
}

TEST_CASE("the store itself refuses half a claim and a label without an item") {
  Backlog backlog;
  auto const id = backlog.add("a");
  CHECK_THROWS_AS(backlog.database->execute("UPDATE todo_item SET status = 'claimed' WHERE id = ?", id),
                  storage::Failure);
  CHECK_THROWS_AS(backlog.database->execute("UPDATE todo_item SET holder = 'x' WHERE id = ?", id), storage::Failure);
  CHECK_THROWS_AS(backlog.database->execute("INSERT INTO todo_label VALUES (999, 'x')"), storage::Failure);
}

TEST_CASE("every gate's codes are distinct and its name begins with the subsystem's") {
  std::vector<std::string_view> seen;
  for (auto const& gate : subsystem.gates) {
    CHECK(gate.name.substr(0, 5) == "todo.");
    for (auto const code : gate.codes) {
      CHECK(std::ranges::find(seen, code) == seen.end());
      seen.push_back(code);
    }
  }
  CHECK(seen.size() == 8);
}

}  // namespace
}  // namespace decapod::todo
