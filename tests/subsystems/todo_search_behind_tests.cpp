// The search index is written behind the items, and nobody can tell.
#include <store_index.h>
#include <subsystem.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <set>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

constexpr char kIndexed[] = "SELECT count(*) FROM todo_search_docsize";

std::int64_t indexed(Backlog& backlog) {
  return backlog.count(kIndexed);
}

std::int64_t texts(Backlog& backlog) {
  return backlog.count("SELECT (SELECT count(*) FROM todo_item) + (SELECT count(*) FROM todo_comment)");
}

std::vector<std::string> ids_of(Result<SearchReply> const& reply) {
  REQUIRE(reply);
  std::vector<std::string> ids;
  for (auto const& item : reply->items) ids.push_back(item.id);
  return ids;
}

std::set<std::string> unordered(std::vector<std::string> const& ids) {
  std::set<std::string> set(ids.begin(), ids.end());
  CHECK(set.size() == ids.size());
  return set;
}

Result<SearchReply> found(Backlog& backlog, std::string words) {
  return backlog.found(Search{.words = std::move(words), .limit = kFoundMost});
}

}  // namespace

TEST_CASE("an add, a comment and a search index nothing, and what was said is found") {
  Backlog backlog;
  auto const id = backlog.add("parser");
  REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = "bisected"}));
  for (auto const words : {"parser", "bisected"}) CHECK(ids_of(found(backlog, words)) == std::vector{id});
  CHECK(indexed(backlog) == 0);
  backlog.index();
  CHECK(indexed(backlog) == 2);
  for (auto const words : {"parser", "bisected"}) CHECK(ids_of(found(backlog, words)) == std::vector{id});
}

TEST_CASE("what is not indexed yet is found before all others, the latest first") {
  Backlog backlog;
  auto const old = backlog.add("needle");
  auto const twice = backlog.add("needle of old");
  backlog.index();
  auto const young = backlog.add("needle, young");
  auto const youngest = backlog.add("needle, youngest");
  CHECK(ids_of(found(backlog, "needle")) == std::vector{youngest, young, old, twice});
  REQUIRE(backlog.ask(&comment, Comment{.id = twice, .text = "another needle"}));
  auto const ids = ids_of(found(backlog, "needle"));
  CHECK(unordered(ids).size() == 4);
  CHECK(ids.back() == old);
}

TEST_CASE("a text that is not indexed yet is found beside more than a thousand that are") {
  Backlog backlog;
  auto const first = backlog.add("the first of all");
  for (int i = 0; i < 1100; ++i) backlog.add("everywhere");
  backlog.index();
  REQUIRE(backlog.ask(&comment, Comment{.id = first, .text = "everywhere"}));
  auto const reply = backlog.found(Search{.words = "everywhere", .limit = 3});
  REQUIRE(reply);
  CHECK(reply->truncated == Truncated::yes);
  CHECK(reply->items.at(0).id == first);
}

TEST_CASE("in what order items are found is the same whenever they were indexed") {
  enum class When : std::uint8_t { one_by_one, together };
  auto const order = [](When when) {
    Backlog backlog;
    for (int i = 0; i < 60; ++i) {
      std::string title = "needle";
      for (int word = 0; word < i % 7; ++word) title += " hay " + std::to_string(word);
      auto const id = backlog.add(title);
      if (i % 5 == 0) REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = "needle needle " + title}));
      if (when == When::one_by_one) backlog.index();
    }
    backlog.index();
    return ids_of(found(backlog, "needle"));
  };
  auto const one_by_one = order(When::one_by_one);
  CHECK(one_by_one.size() == 60);
  CHECK(one_by_one == order(When::together));
}

TEST_CASE("an item is found as it was edited, whether it was indexed before or not") {
  Backlog backlog;
  auto const id = backlog.add("old");
  bool const before = GENERATE(false, true);
  if (before) backlog.index();
  REQUIRE(backlog.ask(&edit, Edit{.id = id, .title = "new", .add_label = {"red"}}));
  for (auto const words : {"new", "red"}) CHECK(ids_of(found(backlog, words)) == std::vector{id});
  CHECK(ids_of(found(backlog, "old")).empty());
  backlog.index();
  for (auto const words : {"new", "red"}) CHECK(ids_of(found(backlog, words)) == std::vector{id});
  CHECK(ids_of(found(backlog, "old")).empty());
  CHECK(indexed(backlog) == 1);
  CHECK(backlog.gate_codes().empty());
}

TEST_CASE("where there is never a quiet moment the index follows behind by so many texts and no more") {
  Backlog backlog;
  auto const left = [&](std::string const& table, store::Texts kind) {
    return backlog.count("SELECT max(number) FROM " + table) - store::last_indexed(*backlog.database, kind);
  };
  std::int64_t most_items = 0;
  std::int64_t most_comments = 0;
  auto const one = backlog.add("the item that is spoken of");
  for (int i = 0; i < 1000; ++i) {
    backlog.add("item " + std::to_string(i));
    REQUIRE(backlog.ask(&comment, Comment{.id = one, .text = "more"}));
    most_items = std::max(most_items, left("todo_item", store::Texts::items));
    most_comments = std::max(most_comments, left("todo_comment", store::Texts::comments));
  }
  for (auto const most : {most_items, most_comments}) {
    CHECK(most > 100);
    CHECK(most <= store::kLeftMost);
  }
  CHECK(indexed(backlog) > 1700);
  CHECK(ids_of(found(backlog, "999")).size() == 1);
  CHECK(backlog.gate_codes().empty());
}

TEST_CASE("a long text does not wait to be indexed, nor do those before it") {
  Backlog backlog;
  for (int i = 0; i < 100; ++i) backlog.add("short");
  CHECK(indexed(backlog) == 0);
  SECTION("an item") {
    REQUIRE(backlog.ask(&add, Add{.title = "long", .description = std::string(2000, 'x')}));
    CHECK(indexed(backlog) == 101);
  }
  SECTION("a comment") {
    REQUIRE(backlog.ask(&comment, Comment{.id = backlog.add("x"), .text = std::string(2000, 'y')}));
    CHECK(indexed(backlog) == 1);
  }
  SECTION("one that an edit makes long") {
    auto const id = backlog.add("edited");
    backlog.add("behind it");
    REQUIRE(backlog.ask(&edit, Edit{.id = id, .description = std::string(2000, 'z')}));
    CHECK(indexed(backlog) >= 101);
  }
}

TEST_CASE("a search looks through the most that can be left within its budget") {
  Backlog backlog;
  auto const id = backlog.add("the item that is spoken of");
  auto const text = [](int i) {
    std::string words;
    while (words.size() < 900) words += "w" + std::to_string(i) + '-' + std::to_string(words.size()) + ' ';
    return words;
  };
  for (int i = 0; i < 135; ++i) {
    REQUIRE(backlog.ask(&add, Add{.title = "item", .description = text(i)}));
    REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = text(-i)}));
  }
  CHECK(texts(backlog) - indexed(backlog) > 240);
  backlog.database->limit({.until = std::nullopt, .worked = work_time() + Search::verb.budget});
  CHECK(ids_of(found(backlog, "w7-0")).size() == 1);
  backlog.database->limit({});
}

TEST_CASE("what is indexed at a time ends where it is long enough, and all of it is indexed in the end") {
  Backlog backlog;
  for (int i = 0; i < 70; ++i) backlog.add("item " + std::to_string(i));
  auto& database = *backlog.database;
  REQUIRE(store::index_next(database, {.texts = 30, .bytes = 1 << 20}) == contract::Left::more);
  CHECK(indexed(backlog) == 30);
  REQUIRE(store::index_next(database, {.texts = 30, .bytes = 20}) == contract::Left::more);
  CHECK(indexed(backlog) == 33);
  while (subsystem.upkeep(database) == contract::Left::more) {
  }
  CHECK(indexed(backlog) == 70);
  CHECK(backlog.gate_codes().empty());
}

TEST_CASE("a search finds what a model finds, whatever was indexed when") {
  auto const seed = GENERATE(1U, 2U, 3U, 4U);
  CAPTURE(seed);
  std::mt19937 random(seed);
  auto const below = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most - 1)(random); };
  static constexpr char const* kWords[] = {"alpha", "beta", "gamma", "delta", "epsilon"};
  struct Known {
    std::string id, title;
    std::vector<std::string> comments;
  };
  Backlog backlog;
  std::vector<Known> model;
  for (int step = 0; step < 400; ++step) {
    std::string const word = kWords[below(std::size(kWords))];
    switch (model.empty() ? 0 : below(5)) {
      case 0:
        model.push_back({backlog.add(word), word, {}});
        break;
      case 1: {
        auto& one = model[below(model.size())];
        REQUIRE(backlog.ask(&edit, Edit{.id = one.id, .title = word}));
        one.title = word;
        break;
      }
      case 2: {
        auto& one = model[below(model.size())];
        REQUIRE(backlog.ask(&comment, Comment{.id = one.id, .text = word}));
        one.comments.push_back(word);
        break;
      }
      case 3:
        store::index_next(*backlog.database, {.texts = static_cast<std::int64_t>(1 + below(5)), .bytes = 1000});
        break;
      default:
        std::set<std::string> expected;
        for (auto const& one : model) {
          if (one.title == word || std::ranges::count(one.comments, word) > 0) expected.insert(one.id);
        }
        REQUIRE(unordered(ids_of(found(backlog, word))) == expected);
    }
  }
  REQUIRE(backlog.gate_codes().empty());
  backlog.index();
  CHECK(indexed(backlog) == texts(backlog));
  CHECK(backlog.gate_codes().empty());
}

TEST_CASE("without a counter that says how far the index reaches the store is corrupt, and a gate says so") {
  Backlog backlog;
  auto const id = backlog.add("a");
  backlog.index();
  backlog.database->execute("DELETE FROM todo_counter WHERE name = 'indexed-item'");
  CHECK(backlog.gate_codes() == std::vector<std::string>{"TODO_COUNTER_WRONG"});
  auto const code_of = [&](auto const& work) {
    try {
      (void)work();
    } catch (storage::Failure const& failure) {
      return failure.error().code;
    }
    return ErrorCode::internal;
  };
  CHECK(code_of([&] { return found(backlog, "a"); }) == ErrorCode::corrupt);
  CHECK(code_of([&] { return backlog.ask(&edit, Edit{.id = id, .title = "b"}); }) == ErrorCode::corrupt);
}

TEST_CASE("an index whose counter was set back is named, makes nothing wrong, and is right again in the end") {
  Backlog backlog;
  for (int i = 0; i < 5; ++i) backlog.add("needle " + std::to_string(i));
  backlog.index();
  backlog.database->execute("UPDATE todo_counter SET value = 2 WHERE name = 'indexed-item'");
  CHECK(backlog.gate_codes() == std::vector<std::string>{"TODO_SEARCH_INCOMPLETE"});
  CHECK(unordered(ids_of(found(backlog, "needle"))).size() == 5);
  backlog.index();
  CHECK(indexed(backlog) == 5);
  CHECK(unordered(ids_of(found(backlog, "needle"))).size() == 5);
  CHECK(backlog.gate_codes().empty());
}

TEST_CASE("an index that was emptied, with its counters, is named where so much cannot be left") {
  Backlog backlog;
  for (int i = 0; i < 140; ++i) backlog.add("item " + std::to_string(i));
  backlog.index();
  REQUIRE(backlog.gate_codes().empty());
  backlog.database->execute("DELETE FROM todo_search");
  backlog.database->execute("UPDATE todo_counter SET value = 0 WHERE name LIKE 'indexed-%'");
  CHECK(backlog.gate_codes() == std::vector<std::string>{"TODO_COUNTER_WRONG"});
}

TEST_CASE("a write that is undone leaves the index as far as it was") {
  Backlog backlog;
  for (int i = 0; i < 135; ++i) backlog.add("item");
  CHECK(indexed(backlog) == 0);
  {
    storage::Savepoint undone(*backlog.database);
    auto const who = caller("alice", "s");
    contract::Context context(*backlog.database, who, backlog.now, "request", backlog.facts, {});
    REQUIRE(todo::add(context, {.title = "the one whose turn it is"}));
    CHECK(indexed(backlog) == 16);
  }
  CHECK(indexed(backlog) == 0);
  CHECK(store::last_indexed(*backlog.database, store::Texts::items) == 0);
  backlog.add("in its place");
  CHECK(indexed(backlog) == 16);
  CHECK(backlog.gate_codes().empty());
}

TEST_CASE("counters that were moved against each other are named") {
  Backlog backlog;
  auto const id = backlog.add("a");
  backlog.add("b");
  REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = "first"}));
  backlog.index();
  REQUIRE(backlog.ask(&comment, Comment{.id = id, .text = "second"}));
  backlog.database->execute("UPDATE todo_counter SET value = 1 WHERE name = 'indexed-item'");
  backlog.database->execute("UPDATE todo_counter SET value = 2 WHERE name = 'indexed-comment'");
  CHECK(backlog.gate_codes() == std::vector<std::string>{"TODO_SEARCH_INCOMPLETE", "TODO_SEARCH_INCOMPLETE"});
}

TEST_CASE("the index in memory reads texts as the one in the store does") {
  Backlog backlog;
  backlog.add("a");
  store::make_memory_index(*backlog.database);
  auto const declared = [&](std::string const& schema, std::string const& name) {
    auto rows = backlog.database->query("SELECT sql FROM " + schema + ".sqlite_schema WHERE name = ?", name);
    REQUIRE(rows.next());
    auto const sql = rows.text(0);
    return sql.substr(sql.find("fts5"));
  };
  CHECK(declared("temp", "todo_unindexed") == declared("main", "todo_search"));
}

TEST_CASE("a number that was never given out is named, and keeps nobody busy for ever") {
  Backlog backlog;
  auto const id = backlog.add("needle");
  backlog.database->execute("UPDATE todo_item SET number = ?",
                            GENERATE(std::int64_t{1} << 62, std::numeric_limits<std::int64_t>::max()));
  auto const named = Catch::Contains("never given out");
  CHECK_THROWS_WITH(found(backlog, "needle"), named);
  CHECK_THROWS_WITH(backlog.index(), named);
  CHECK_THROWS_WITH(backlog.ask(&edit, Edit{.id = id, .title = std::string(2000, 'x')}), named);
}

}  // namespace decapod::todo
