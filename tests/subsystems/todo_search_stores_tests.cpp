// A search as the engine asks: a table in memory is made outside of its transaction, and filled inside of it.
#include <decapod/storage/migration.h>
#include <store_index.h>
#include <subsystem.h>

#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::caller;

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

TEST_CASE("a connection that writes searches, writes and searches again") {
  test::TempDirectory const directory;
  auto const database = opened(directory / "store.db", storage::OpenMode::read_write);
  REQUIRE(storage::apply_migrations(*database, steps_to(4)));
  std::vector<std::string> expected;
  for (int i = 0; i < 10; ++i) {
    auto const title = "needle " + std::to_string(i);
    add_to(*database, title);
    expected.insert(expected.begin(), title);
    CHECK(titles_found(*database, "needle") == expected);
  }
}

}  // namespace decapod::todo
