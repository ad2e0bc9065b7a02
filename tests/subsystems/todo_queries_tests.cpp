#include <catch2/catch.hpp>
#include <set>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

// Every id that a list gives, page by page.
std::vector<std::string> pages(Backlog& backlog, List request) {
  std::vector<std::string> ids;
  while (true) {
    auto const reply = backlog.ask(&list, request);
    REQUIRE(reply);
    for (auto const& item : reply->items) ids.push_back(item.id);
    if (!reply->next_cursor) return ids;
    CHECK(reply->truncated == Truncated::yes);
    request.cursor = reply->next_cursor;
  }
}

TEST_CASE("pages hold every item once, in the order of one long page, under each sort") {
  Backlog backlog;
  for (int i = 0; i < 57; ++i) {
    auto const id = backlog.add("item " + std::to_string(i), i % 5);
    if (i % 3 == 0) backlog.pass(Millis(7));
    if (i % 4 == 0) backlog.finish(id);
  }
  for (auto const sort : reflect::enum_values<Sort>) {
    for (auto const all : {All::no, All::yes}) {
      auto const whole = pages(backlog, List{.all = all, .sort = sort, .limit = 1000});
      CHECK(whole.size() == (all == All::yes ? 57 : 42));
      CHECK(std::set(whole.begin(), whole.end()).size() == whole.size());
      CHECK(pages(backlog, List{.all = all, .sort = sort, .limit = 5}) == whole);
    }
  }
  auto const reply = backlog.ask(&list, List{.limit = 5});
  CHECK(reply->total == 42);
  CHECK(reply->counted == Counted::exactly);
}

TEST_CASE("a cursor of another list or a damaged one is refused") {
  Backlog backlog;
  for (int i = 0; i < 5; ++i) backlog.add("x");
  auto const cursor = backlog.ask(&list, List{.limit = 2})->next_cursor;
  REQUIRE(cursor);
  CHECK(backlog.ask(&list, List{.limit = 3, .cursor = cursor}));
  CHECK(backlog.ask(&list, List{.sort = Sort::created, .cursor = cursor}).error().code == ErrorCode::bad_request);
  for (std::string const damaged : {"", "/", "x", "1/2/3/4/5"}) {
    CHECK(backlog.ask(&list, List{.cursor = damaged}).error().code == ErrorCode::bad_request);
  }
  auto cut = *cursor;
  cut.resize(cut.rfind('/'));
  CHECK(backlog.ask(&list, List{.cursor = cut}).error().code == ErrorCode::bad_request);
}

TEST_CASE("each filter of a list narrows") {
  Backlog backlog;
  auto const parent = backlog.add("parent", 0);
  auto const wanted = backlog
                          .ask(&add, Add{.title = "Größe of the Parser",
                                         .type = ItemType::bug,
                                         .priority = 1,
                                         .label = {"docs"},
                                         .parent = parent})
                          ->item.id;
  backlog.claim(wanted, caller("bob", "b"));
  auto const only = [&](List request) {
    auto const ids = pages(backlog, std::move(request));
    return ids == std::vector<std::string>{wanted};
  };
  CHECK(only({.type = ItemType::bug}));
  CHECK(only({.label = "docs"}));
  CHECK(only({.parent = parent}));
  CHECK(only({.holder = "bob"}));
  CHECK(only({.text = "parser"}));
  CHECK(only({.status = {Status::claimed}}));
  CHECK(pages(backlog, {.priority = 0}) == std::vector<std::string>{parent});
  CHECK(pages(backlog, {.status = {Status::done}}).empty());
  CHECK(pages(backlog, {.status = {Status::open, Status::claimed}}).size() == 2);
}

TEST_CASE("search finds words anywhere, is never a syntax error, and orders equally each time") {
  Backlog backlog;
  auto const id =
      backlog
          .ask(&add,
               Add{.title = "Parser drops the last line", .description = "in quoted-printable", .label = {"mail"}})
          ->item.id;
  backlog.add("nothing of the kind");
  REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = "bisected to zlib"}));
  for (std::string const words : {"parser", "PARSER drop", "quoted-printable", "mail", "bisect", "last lin"}) {
    INFO(words);
    auto const reply = backlog.found(Search{.words = words});
    REQUIRE(reply);
    REQUIRE(reply->items.size() == 1);
    CHECK(reply->items[0].id == id);
  }
  for (std::string const hostile : {"\"", "a AND", "(", "NEAR(", "title:", "*", "^a", "-", "a\"b", "{x} :", "OR OR"}) {
    INFO(hostile);
    auto const reply = backlog.found(Search{.words = hostile});
    CHECK((reply || reply.error().code == ErrorCode::bad_request));
  }
  for (int i = 0; i < 20; ++i) backlog.add("same words");
  backlog.index();
  auto const first = backlog.found(Search{.words = "same words", .limit = 5});
  CHECK(first->truncated == Truncated::yes);
  std::vector<std::string> ids;
  for (auto const& item : first->items) ids.push_back(item.id);
  CHECK(std::ranges::is_sorted(ids));
}

TEST_CASE("a search that more than a thousand texts match gives the latest, and says that there are more") {
  Backlog backlog;
  auto const first = backlog.add("everywhere and once");
  std::string last;
  for (int i = 0; i < 1000; ++i) last = backlog.add("everywhere");
  auto const all = backlog.found(Search{.words = "everywhere", .limit = 3});
  REQUIRE(all->items.size() == 3);
  CHECK(all->items[0].id == last);
  CHECK(all->truncated == Truncated::yes);
  auto const one = backlog.found(Search{.words = "everywhere once"});
  REQUIRE(one->items.size() == 1);
  CHECK(one->items[0].id == first);
  CHECK(one->truncated == Truncated::no);
}

TEST_CASE("archived items are left out of a search unless asked for") {
  Backlog backlog;
  auto const id = backlog.add("forgotten");
  backlog.finish(id);
  REQUIRE(backlog.ask(&archive, Archive{.id = id}));
  CHECK(backlog.found(Search{.words = "forgotten"})->items.empty());
  CHECK(backlog.found(Search{.words = "forgotten", .all = All::yes})->items.size() == 1);
}

TEST_CASE("the default ready list of a large backlog stays below two kilobytes") {
  Backlog backlog;
  for (int i = 0; i < 300; ++i) backlog.add("A title as long as the titles that people really write, nearly", i % 5);
  auto const reply = backlog.ask(&ready, Ready{});
  CHECK(reply->items.size() == 10);
  CHECK(reply->truncated == Truncated::yes);
  CHECK(to_text(codec::encode(*reply)).size() < 2048);
}

TEST_CASE("statistics add up") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b");
  REQUIRE(backlog.ask(&add, Add{.title = "waits", .blocked_by = {a}}));
  REQUIRE(backlog.ask(&add, Add{.title = "asleep", .defer_until = backlog.now.wall + Millis(9'000'000)}));
  backlog.finish(backlog.add("finished"));
  backlog.claim(a, caller("bob", "b"));
  auto reply = backlog.ask(&stats, Stats{});
  CHECK(reply->total == 5);
  CHECK(reply->ready == 1);
  CHECK(reply->blocked == 1);
  CHECK(reply->deferred == 1);
  CHECK(reply->by_status ==
        std::map<std::string, std::int64_t>{{"open", 3}, {"claimed", 1}, {"done", 1}, {"archived", 0}});
  CHECK(reply->by_holder == std::map<std::string, std::int64_t>{{"bob", 1}});
  backlog.pass(kLeaseDefault);
  reply = backlog.ask(&stats, Stats{});
  CHECK(reply->ready == 2);
  CHECK(reply->expired == 1);
  CHECK(reply->by_holder.empty());
  CHECK(reply->ready == static_cast<std::int64_t>(backlog.ask(&ready, Ready{})->items.size()));
}

TEST_CASE("the history of an item is what the trail says, the latest first") {
  Backlog backlog;
  auto const id = backlog.add("x");
  for (int i = 1; i <= 5; ++i) {
    auto const body =
        R"({"ts":"2026-01-01T00:00:0)" + std::to_string(i) +
        R"(.000Z","request_id":"r","actor":"alice","session":"s","request_type":"todo.edit","epoch":3,"commit_seq":)" +
        std::to_string(i) + ",\"new\":1}";
    backlog.database->execute("INSERT INTO audit_mutation VALUES (?, ?, x'00')", i, body);
    backlog.database->execute("INSERT INTO audit_index VALUES (?, ?)",
                              "key:todo/item/" + (i == 2 ? std::string("t-other") : id), i);
  }
  auto const reply = backlog.ask(&history, History{.id = id, .limit = 3});
  REQUIRE(reply->entries.size() == 3);
  CHECK(reply->entries[0].sequence == 5);
  CHECK(reply->entries[0].marker == "3.5");
  CHECK(reply->entries[0].operation == "todo.edit");
  CHECK(reply->entries[2].sequence == 3);
  CHECK(reply->next_before == 3);
  CHECK(backlog.ask(&history, History{.id = id, .before = 3})->entries.size() == 1);
}

}  // namespace
}  // namespace decapod::todo
