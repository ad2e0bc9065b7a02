#include <catch2/catch.hpp>
#include <set>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

TEST_CASE("an added item is shown as it was given") {
  Backlog backlog;
  auto const parent = backlog.add("the parent");
  auto const blocker = backlog.add("the blocker");
  auto const reply = backlog.ask(&add, Add{.title = "a title",
                                           .description = "a story",
                                           .type = ItemType::bug,
                                           .priority = 1,
                                           .label = {"b", "a", "b"},
                                           .parent = parent,
                                           .blocked_by = {blocker},
                                           .due = Timestamp{1'800'000'000'000}});
  REQUIRE(reply);
  CHECK(backlog.affected.size() > 0);
  CHECK(reply->item.open_blockers == 1);
  auto const item = backlog.show(reply->item.id);
  CHECK(item.title == "a title");
  CHECK(item.description == "a story");
  CHECK(item.type == ItemType::bug);
  CHECK(item.labels == std::vector<std::string>{"a", "b"});
  CHECK(item.created_by == "alice");
  CHECK(item.links.parent.at(0).id == parent);
  CHECK(item.links.blocked_by.at(0).id == blocker);
  CHECK(item.links_total == 2);
}

TEST_CASE("an item that cannot be linked is not added at all") {
  Backlog backlog;
  auto const reply = backlog.ask(&add, Add{.title = "x", .blocked_by = {"t-none"}});
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code == ErrorCode::not_found);
  CHECK(backlog.count("SELECT count(*) FROM todo_item") == 0);
  CHECK(backlog.count("SELECT value FROM todo_counter WHERE name = 'id'") == 0);
}

TEST_CASE("what a new item is linked with is looked up among the items that were there") {
  Backlog backlog;
  auto const alone = backlog.ask(&add, Add{.title = "x", .blocked_by = {"t"}});
  REQUIRE_FALSE(alone);
  CHECK(alone.error().code == ErrorCode::not_found);
  auto const first = backlog.add("first");
  auto const waits = backlog.ask(&add, Add{.title = "y", .blocked_by = {"t"}});
  REQUIRE(waits);
  CHECK(backlog.show(waits->item.id).links.blocked_by.at(0).id == first);
}

TEST_CASE("no generation of a store gives out an id of another one") {
  constexpr int kItems = 1000;
  std::set<std::string> given;
  for (std::int64_t generation = 1; generation <= 4; ++generation) {
    Backlog line;
    line.facts.generation = generation;
    for (int i = 0; i < kItems; ++i) given.insert(line.add("an item"));
  }
  CHECK(given.size() == 4UL * kItems);
}

TEST_CASE("an edit that contradicts itself is refused, and a lease without a claim") {
  Backlog backlog;
  auto const id = backlog.add("one");
  auto const code = [](auto const& reply) { return reply ? ErrorCode::internal : reply.error().code; };
  CHECK(code(backlog.ask(&edit, Edit{.id = id, .due = Timestamp{1}, .clear = {Clearable::due}})) ==
        ErrorCode::bad_request);
  CHECK(code(backlog.ask(&edit, Edit{.id = id, .add_label = {"a", "b"}, .remove_label = {"b"}})) ==
        ErrorCode::bad_request);
  CHECK(backlog.show(id).labels.empty());
  CHECK(code(backlog.ask(&next, Next{.lease_ms = Millis(60'000)})) == ErrorCode::bad_request);
  CHECK(backlog.ask(&edit, Edit{.id = id, .due = Timestamp{1}, .clear = {Clearable::description}}));
}

TEST_CASE("an id is found by an unambiguous prefix, in any case, without t-") {
  Backlog backlog;
  auto const id = backlog.add("one");
  CHECK(backlog.show(id).id == id);
  CHECK(backlog.show(id.substr(2)).id == id);
  CHECK(backlog.show(id.substr(0, 4)).id == id);
  std::string upper;
  for (char const c : id) upper += static_cast<char>(std::toupper(c));
  CHECK(backlog.show(upper).id == id);

  auto const second = backlog.add("two");
  auto const both = backlog.ask(&show, Show{.id = "t-"});
  REQUIRE_FALSE(both);
  CHECK(both.error().code == ErrorCode::ambiguous_id);
  CHECK(both.error().suggestions.size() == 2);

  auto wrong = id;
  std::swap(wrong[3], wrong[4]);
  if (wrong == id) wrong[5] = wrong[5] == 'z' ? 'y' : 'z';
  auto const none = backlog.ask(&show, Show{.id = wrong});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::not_found);
  auto const suggested = none.error().suggestions;
  CHECK(std::ranges::find(suggested, id) != suggested.end());
  auto const hostile = backlog.ask(&show, Show{.id = "'; DROP TABLE"});
  CHECK(hostile.error().code == ErrorCode::not_found);
}

TEST_CASE("a made id that an imported item has is skipped") {
  auto const taken = Backlog().add("one");
  Backlog second;
  ItemRecord record{.id = taken, .title = "imported", .created_by = "x"};
  REQUIRE(second.ask(&import_items, Import{.file = "-", .items = {record}}));
  CHECK(second.add("made here") != taken);
  CHECK(second.count("SELECT count(*) FROM todo_item") == 2);
}

TEST_CASE("an edit says what it changed and changes nothing else") {
  Backlog backlog;
  auto const id = backlog.add("old");
  backlog.pass(Millis(5000));
  auto const reply = backlog.ask(&edit, Edit{.id = id, .title = "new", .priority = 2, .add_label = {"x"}});
  REQUIRE(reply);
  CHECK(reply->changed == std::vector<std::string>{"title", "labels"});
  CHECK(backlog.show(id).title == "new");
  CHECK(backlog.show(id).updated_at == backlog.now.wall);

  auto const again = backlog.ask(&edit, Edit{.id = id, .title = "new"});
  CHECK(again->changed.empty());
  CHECK(backlog.affected.empty());
  CHECK(backlog.found(Search{.words = "new"})->items.size() == 1);
  CHECK(backlog.found(Search{.words = "old"})->items.empty());
}

TEST_CASE("a parent is moved and cleared by an edit") {
  Backlog backlog;
  auto const first = backlog.add("first"), second = backlog.add("second"), child = backlog.add("child");
  REQUIRE(backlog.ask(&edit, Edit{.id = child, .parent = first}));
  REQUIRE(backlog.ask(&edit, Edit{.id = child, .parent = second}));
  CHECK(backlog.show(child).links.parent.at(0).id == second);
  CHECK(backlog.show(first).links.children.empty());
  REQUIRE(backlog.ask(&edit, Edit{.id = child, .clear = {Clearable::parent}}));
  CHECK(backlog.show(child).links.parent.empty());
}

TEST_CASE("done needs the holder, and every other move is refused with the allowed ones") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const open = backlog.ask(&done, Done{.id = id});
  CHECK(open.error().code == ErrorCode::bad_transition);
  CHECK(to_text(open.error().details.at("allowed")) == R"(["claim"])");

  backlog.claim(id, caller("alice", "s1"));
  auto const other = backlog.ask(&done, Done{.id = id}, caller("bob", "s2"));
  CHECK(other.error().code == ErrorCode::not_holder);
  CHECK(other.error().details.at("holder") == "alice");
  REQUIRE(backlog.ask(&done, Done{.id = id, .reason = "fixed"}));
  auto const item = backlog.show(id);
  CHECK(item.status == Status::done);
  CHECK(item.done_by == "alice");
  CHECK(item.reason == "fixed");
  CHECK_FALSE(item.claim);

  CHECK(backlog.ask(&done, Done{.id = id}).error().code == ErrorCode::bad_transition);
  CHECK(backlog.ask(&todo::claim, Claim{.id = id}).error().code == ErrorCode::bad_transition);
  REQUIRE(backlog.ask(&archive, Archive{.id = id}));
  CHECK(backlog.ask(&archive, Archive{.id = id}).error().code == ErrorCode::bad_transition);
  REQUIRE(backlog.ask(&reopen, Reopen{.id = id, .reason = "it came back"}));
  CHECK(backlog.show(id).status == Status::open);
  CHECK_FALSE(backlog.show(id).done_at);
  CHECK(backlog.show(id).comments.at(0).text == "Reopened: it came back");
}

TEST_CASE("long texts are shortened between code points, and shown whole when asked") {
  Backlog backlog;
  std::string story;
  while (story.size() < 60'000) story += "é";
  auto const id = backlog.ask(&add, Add{.title = "x", .description = story})->item.id;
  auto const shortened = backlog.show(id);
  CHECK(shortened.description.size() <= 8192);
  CHECK(shortened.description.size() % 2 == 0);
  CHECK(shortened.shortened == std::vector<std::string>{"description"});
  CHECK(backlog.ask(&show, Show{.id = id, .full = Full::yes})->item.description == story);
}

TEST_CASE("the latest comments are shown in order") {
  Backlog backlog;
  auto const id = backlog.add("x");
  for (int i = 0; i < 15; ++i) REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = "note " + std::to_string(i)}));
  auto const item = backlog.show(id);
  CHECK(item.comments_total == 15);
  REQUIRE(item.comments.size() == 10);
  CHECK(item.comments.front().text == "note 5");
  CHECK(item.comments.back().text == "note 14");
}

}  // namespace
}  // namespace decapod::todo
