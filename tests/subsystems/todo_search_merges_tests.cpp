// What keeps the search index in few parts, and that no request pays for it.
#include <decapod/storage/migration.h>
#include <store_index.h>
#include <subsystem.h>

#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

// As the broker writes: each add is committed alone. What it says is indexed with it, so that it makes a part.
class Commits {
 public:
  Commits() {
    auto opened = storage::Database::open({.path = directory_ / "todo.db"});
    REQUIRE(opened);
    database = *std::move(opened);
    std::vector<storage::MigrationStep> steps;
    for (auto const& [version, sql] : subsystem.migrations) steps.push_back({"todo", version, sql});
    REQUIRE(storage::apply_migrations(*database, steps));
  }

  // Pages that the commit wrote.
  int add(int i) {
    auto const before = database->wal_frames();
    storage::Transaction transaction(*database, storage::TransactionKind::write);
    auto const alice = testing::caller("alice", "s1");
    contract::Context context(*database, alice, now_, "request", facts_, {});
    std::string text;
    for (int word = 0; word < 300; ++word) text += "w" + std::to_string(i * 1000 + word) + ' ';
    REQUIRE(todo::add(context, {.title = "item " + std::to_string(i), .description = text}));
    while (store::index_next(*database, store::kWhenQuiet) == contract::Left::more) {
    }
    transaction.commit();
    return database->wal_frames() - before;
  }

  contract::Left merge() {
    storage::Transaction transaction(*database, storage::TransactionKind::write);
    auto const left = subsystem.upkeep(*database);
    transaction.commit();
    return left;
  }

  std::int64_t number(std::string_view sql) {
    auto rows = database->query(sql);
    REQUIRE(rows.next());
    return rows.integer(0);
  }

  std::unique_ptr<storage::Database> database;

 private:
  test::TempDirectory directory_;
  Instant now_{Timestamp{1'767'225'600'000}, BootTime{5'000'000}, "boot-1"};
  contract::StoreFacts facts_;
};

constexpr char kParts[] = "SELECT count(DISTINCT segid) FROM todo_search_idx";

TEST_CASE("an add writes its own pages, not those of the adds before it") {
  Commits store;
  std::vector<int> pages;
  for (int i = 0; i < 200; ++i) pages.push_back(store.add(i));
  std::ranges::sort(pages);
  CAPTURE(pages[pages.size() / 2]);
  CHECK(pages.back() < 2 * pages[pages.size() / 2]);
}

TEST_CASE("upkeep merges the search index in small steps, ends, and loses no text") {
  Commits store;
  for (int i = 0; i < 200; ++i) store.add(i);
  CHECK(store.number(kParts) == 200);
  int steps = 1;
  int most = 0;
  for (auto before = store.database->wal_frames(); store.merge() == contract::Left::more; ++steps) {
    REQUIRE(steps < 500);
    most = std::max(most, store.database->wal_frames() - before);
    before = store.database->wal_frames();
  }
  CHECK(steps > 5);
  CHECK(most < 300);  // 200 first pages, 32 merged ones, and what SQLite keeps of them
  CHECK(store.number(kParts) < 20);
  CHECK(store.number("SELECT count(*) FROM todo_search WHERE todo_search MATCH 'w7007 OR w199299'") == 2);
  store.database->execute("INSERT INTO todo_search (todo_search) VALUES ('integrity-check')");
  auto const quiet = store.database->wal_frames();
  CHECK(store.merge() == contract::Left::nothing);
  CHECK(store.database->wal_frames() == quiet);
}

TEST_CASE("an index that never has a quiet moment is merged all the same") {
  Commits store;
  for (int i = 0; i < 300; ++i) store.add(i);
  CHECK(store.number(kParts) < 256);
}

}  // namespace
}  // namespace decapod::todo
