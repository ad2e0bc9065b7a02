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
  backlog.index();
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
  SECTION("a label that search has not seen") {
    database.execute("INSERT INTO todo_label SELECT number, 'new' FROM todo_item WHERE id = ?", b);
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_SEARCH_STALE"});
  }
  SECTION("a comment that search has seen otherwise") {
    database.execute("UPDATE todo_comment SET body = 'y'");
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_SEARCH_STALE"});
  }
  SECTION("a counter that is gone") {
    database.execute("DELETE FROM todo_counter WHERE name = 'token'");
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_TOKEN_REUSED", "TODO_COUNTER_WRONG"});
  }
  SECTION("a counter that was set ahead") {
    auto const name = GENERATE("token", "id", "indexed-item", "indexed-comment");
    database.execute("UPDATE todo_counter SET value = 9223372036854775807 WHERE name = ?", std::string_view(name));
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_COUNTER_WRONG"});
  }
  SECTION("a number of stats that is off") {
    auto const change = GENERATE("UPDATE todo_tally SET items = items + 1 WHERE status = 'claimed'",
                                 "DELETE FROM todo_tally WHERE status = 'claimed'",
                                 "INSERT INTO todo_tally VALUES ('x', 'y', 0, 0, 0, 1)",
                                 "UPDATE todo_tally SET priority = 3 WHERE status = 'claimed'");
    database.execute(change);
    auto const found = codes(backlog);
    CHECK(std::ranges::count(found, "TODO_TALLY_WRONG") == std::ssize(found));
    CHECK(!found.empty());
  }
  SECTION("a type that there is not") {
    database.execute("UPDATE todo_item SET type = 'gift' WHERE id = ?", b);
    backlog.tally_anew();
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_VALUE_UNKNOWN"});
  }
  SECTION("a kind of link that there is not") {
    database.execute("UPDATE todo_link SET kind = 'loves'");
    database.execute("UPDATE todo_item SET open_blockers = 0");
    backlog.tally_anew();
    CHECK(codes(backlog) == std::vector<std::string>{"TODO_VALUE_UNKNOWN"});
  }
  SECTION("a circle") {
    database.execute("INSERT INTO todo_link SELECT 'blocks', target, source, 0, 'x' FROM todo_link");
    database.execute("UPDATE todo_item SET open_blockers = 1");
    backlog.tally_anew();
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
  backlog.tally_anew();
  auto const findings = backlog.gate_findings();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "TODO_ITEM_LOST");
  CHECK(findings[0].where == "todo/item/" + a);
  CHECK_THAT(findings[0].message, Catch::StartsWith("mutation 1 names " + a));
}

TEST_CASE("a counter that is gone or at its end makes the store corrupt, and no item is given out") {
  Backlog backlog;
  auto const id = backlog.add("a");
  SECTION("gone") {
    backlog.database->execute("DELETE FROM todo_counter WHERE name = 'token'");
  }
  SECTION("at its end") {
    backlog.database->execute("UPDATE todo_counter SET value = 9223372036854775807 WHERE name = 'token'");
  }
  try {
    (void)backlog.ask(&claim, Claim{.id = id});
    FAIL("it was claimed");
  } catch (storage::Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("a label that is given more than once counts once, also in search") {
  Backlog backlog;
  auto const added = backlog.ask(&add, Add{.title = "one", .label = {"z", "y", "z"}});
  REQUIRE(added);
  auto const id = added->item.id;
  CHECK(codes(backlog).empty());
  backlog.index();
  CHECK(backlog.count("SELECT count(*) FROM todo_search WHERE labels = 'y z'") == 1);
  REQUIRE(backlog.ask(&edit, Edit{.id = id, .add_label = {"x", "x", "y"}}));
  CHECK(codes(backlog).empty());
  ItemRecord line;
  line.id = "t-brought";
  line.title = "two";
  line.labels = {"w", "v", "w"};
  line.created_by = "bob";
  REQUIRE(backlog.ask(&import_items, Import{.file = "-", .items = {line}}));
  CHECK(codes(backlog).empty());
  CHECK(backlog.show("t-brought").labels == std::vector<std::string>{"v", "w"});
  CHECK(backlog.show(id).labels == std::vector<std::string>{"x", "y", "z"});
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
  CHECK(seen.size() == 12);
}

}  // namespace
}  // namespace decapod::todo
