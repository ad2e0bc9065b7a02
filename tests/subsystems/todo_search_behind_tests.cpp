// The search index is written behind the items, and nobody can tell.
#include <decapod/storage/migration.h>
#include <store_index.h>
#include <subsystem.h>

#include <algorithm>
#include <catch2/catch.hpp>
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

std::vector<storage::MigrationStep> steps_to(int version) {
  std::vector<storage::MigrationStep> steps;
  for (auto const& [number, sql] : subsystem.migrations) {
    if (number <= version) steps.push_back({"todo", number, sql});
  }
  return steps;
}

std::unique_ptr<storage::Database> opened(std::string const& path, storage::OpenMode mode) {
  auto database = storage::Database::open({.path = path, .mode = mode});
  REQUIRE(database);
  return *std::move(database);
}

// What a search in its own transaction finds, as the engine asks.
std::vector<std::string> titles_found(storage::Database& database, std::string const& words) {
  store::make_memory_index(database);
  storage::Transaction const snapshot(database, storage::TransactionKind::read);
  Instant const now{Timestamp{1'767'225'600'000}, BootTime{5'000'000}, "boot-1"};
  contract::StoreFacts const facts;
  auto const who = caller("alice", "s");
  contract::Context context(database, who, now, "request", facts, {});
  auto const reply = todo::search(context, Search{.words = words});
  REQUIRE(reply);
  std::vector<std::string> titles;
  for (auto const& item : reply->items) titles.push_back(item.title);
  return titles;
}

void add_to(storage::Database& database, std::string const& title) {
  storage::Transaction transaction(database, storage::TransactionKind::write);
  Instant const now{Timestamp{1'767'225'600'000}, BootTime{5'000'000}, "boot-1"};
  contract::StoreFacts const facts;
  auto const who = caller("alice", "s");
  contract::Context context(database, who, now, "request", facts, {});
  REQUIRE(todo::add(context, {.title = title}));
  transaction.commit();
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
  std::int64_t most = 0;
  auto const one = backlog.add("the item that is spoken of");
  for (int i = 0; i < 1500; ++i) {
    backlog.add("item " + std::to_string(i));
    if (i % 2 == 0) REQUIRE(backlog.ask(&comment, Comment{.id = one, .text = "more"}));
    most = std::max(most, texts(backlog) - indexed(backlog));
  }
  CHECK(most > 200);
  CHECK(most <= 2 * 136);
  CHECK(ids_of(found(backlog, "1499")).size() == 1);
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

TEST_CASE("a store that may only be read is searched whole, and stays as it is") {
  test::TempDirectory const directory;
  auto const path = directory / "store.db";
  {
    auto const database = opened(path, storage::OpenMode::read_write);
    REQUIRE(storage::apply_migrations(*database, steps_to(4)));
    add_to(*database, "first needle");
    {
      storage::Transaction transaction(*database, storage::TransactionKind::write);
      while (store::index_next(*database, store::kWhenQuiet) == contract::Left::more) {
      }
      transaction.commit();
    }
    add_to(*database, "second needle");
  }
  auto const before = test::read_file(path);
  auto const database = opened(path, GENERATE(storage::OpenMode::read_immutable, storage::OpenMode::read_private));
  for (int i = 0; i < 2; ++i) {
    CHECK(titles_found(*database, "needle") == std::vector<std::string>{"second needle", "first needle"});
    CHECK(titles_found(*database, "first") == std::vector<std::string>{"first needle"});
  }
  CHECK_THROWS_AS(database->execute("DELETE FROM todo_item"), storage::Failure);
  CHECK(test::read_file(path) == before);
}

TEST_CASE("a store of a build that indexed at once is read as it is, and goes on where it stood") {
  test::TempDirectory const directory;
  auto const path = directory / "store.db";
  {
    auto const database = opened(path, storage::OpenMode::read_write);
    REQUIRE(storage::apply_migrations(*database, steps_to(3)));
    database->script(
        "INSERT INTO todo_item (id, title, type, priority, status, live, due_rank, created_at, created_by, updated_at)"
        " VALUES ('t-x', 'needle', 'task', 2, 'open', 1, 9223372036854775807, 1, 'a', 1);"
        "INSERT INTO todo_search (rowid, title, description, labels, comment) VALUES (2, 'needle', '', '', '')");
  }
  {
    auto const database = opened(path, storage::OpenMode::read_immutable);
    CHECK(titles_found(*database, "needle") == std::vector<std::string>{"needle"});
  }
  auto const database = opened(path, storage::OpenMode::read_write);
  REQUIRE(storage::apply_migrations(*database, steps_to(4)));
  CHECK(store::last_indexed(*database, store::Texts::items) == 1);
  CHECK(store::last_indexed(*database, store::Texts::comments) == 0);
  add_to(*database, "another needle");
  CHECK(titles_found(*database, "needle") == std::vector<std::string>{"another needle", "needle"});
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

}  // namespace decapod::todo
