#include <decapod/storage/migration.h>
#include <decapod/storage/schema.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <array>
#include <catch2/catch.hpp>
#include <functional>

#include "raw.h"

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;
using storage::MigrationStep;
using Words = std::vector<std::string>;

constexpr std::array kSteps = {
    MigrationStep{"todo", 1,
                  "CREATE TABLE item (\n  id INTEGER PRIMARY KEY,  -- a number\n  word TEXT NOT NULL DEFAULT '--'\n)"
                  " STRICT;"
                  "CREATE INDEX item_word ON item (word) WHERE id > 0;"
                  "CREATE VIRTUAL TABLE item_text USING fts5 (word)"},
    MigrationStep{"ledger", 1, "CREATE TABLE ledger (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"},
    MigrationStep{"todo", 2, "ALTER TABLE item ADD COLUMN title TEXT"},
};
constexpr std::span<MigrationStep const> kAll(kSteps);

// A migrated store with one item, closed.
class SchemaStore {
 public:
  SchemaStore() {
    auto const store = open();
    REQUIRE(storage::apply_migrations(*store, kAll).has_value());
    store->execute("INSERT INTO item (id, word) VALUES (1, 'one')");
  }
  std::unique_ptr<Database> open() {
    auto opened = Database::open({.path = path()});
    REQUIRE(opened.has_value());
    (*opened)->declare_schema(kAll);
    return std::move(*opened);
  }
  // As another program would, with nobody else at the file.
  void change(std::string const& sql) { Raw(path()).must(sql); }
  Words differences() {
    Words words;
    for (auto const& difference : storage::schema_differences(*open())) words.push_back(difference.what);
    return words;
  }

 private:
  std::string path() { return scratch_ / "store.db"; }
  TempDirectory scratch_;
};

ErrorCode code_of(std::function<void()> const& work) {
  try {
    work();
  } catch (Failure const& failure) {
    INFO(failure.what());
    return failure.error().code;
  }
  FAIL("it did not fail");
  return ErrorCode::internal;
}

TEST_CASE("a store as the migrations made it differs in nothing, whatever their comments say") {
  SchemaStore store;
  CHECK(store.differences() == Words{});
  store.change(
      "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, '-- a number', '/* an id */') "
      "WHERE name = 'item'");
  CHECK(store.differences() == Words{});
}

TEST_CASE("whatever was planted, altered or dropped is named") {
  auto const [change, what] = GENERATE(table<std::string, std::string>({
      {"CREATE TRIGGER spy AFTER INSERT ON item BEGIN DELETE FROM ledger; END",
       "trigger spy on item is made by no migration"},
      {"CREATE VIEW all_items AS SELECT * FROM item", "view all_items is made by no migration"},
      {"CREATE INDEX slow ON item (title)", "index slow on item is made by no migration"},
      {"CREATE TABLE more (id)", "table more is made by no migration"},
      {"ALTER TABLE item ADD COLUMN price INTEGER", "table item is not as the migrations make it"},
      {"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, '''--''', '''-- ''')"
       " WHERE name = 'item'",
       "table item is not as the migrations make it"},
      {"DROP INDEX item_word", "index item_word on item is missing"},
      {"DROP INDEX item_word; CREATE INDEX item_word ON item (word)",
       "index item_word on item is not as the migrations make it"},
      {"DROP TABLE ledger", "table ledger is missing"},
      {"DROP TABLE ledger; CREATE VIEW ledger AS SELECT 'x' AS key", "view ledger is not as the migrations make it"},
      {"PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name = 'item_text_docsize'",
       "table item_text_docsize is missing"},
  }));
  SchemaStore store;
  store.change(change);
  CAPTURE(change);
  CHECK(store.differences() == Words{what});
}

TEST_CASE("a store that lacks the later steps is judged by those that it has") {
  TempDirectory const scratch;
  auto const store = *Database::open({.path = scratch / "store.db"});
  REQUIRE(storage::apply_migrations(*store, kAll.first(2)).has_value());
  store->declare_schema(kAll);
  CHECK(storage::schema_differences(*store).empty());
}

TEST_CASE("a planted trigger never fires, and a view in a table's place is not read") {
  SchemaStore store;
  store.change("CREATE TRIGGER spy AFTER INSERT ON item BEGIN DELETE FROM item; END");
  store.change("DROP TABLE ledger; CREATE VIEW ledger AS SELECT 'x' AS key");
  auto const database = store.open();
  database->execute("INSERT INTO item (id, word) VALUES (2, 'two')");
  auto rows = database->query("SELECT count(*) FROM item");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 2);
  CHECK(code_of([&] { database->query("SELECT key FROM ledger").next(); }) == ErrorCode::corrupt);
}

TEST_CASE("a statement that fails for want of its table calls the store corrupt, and any other one itself a bug") {
  SchemaStore store;
  auto const select = [&] { store.open()->query("SELECT key FROM ledger").next(); };
  CHECK(code_of([&] { store.open()->query("SELECT nonsense FROM ledger").next(); }) == ErrorCode::internal);
  SECTION("a dropped table") {
    store.change("DROP TABLE ledger");
    CHECK(code_of(select) == ErrorCode::corrupt);
    CHECK(code_of([&] {
            auto const database = store.open();
            storage::Transaction const batch(*database, storage::TransactionKind::write);
            storage::Savepoint const request(*database);
            database->execute("INSERT INTO ledger VALUES ('x')");
          }) == ErrorCode::corrupt);
  }
  SECTION("a rule that no migration made") {
    store.change("CREATE UNIQUE INDEX only_one ON item (title); UPDATE item SET title = 'same'");
    CHECK(code_of([&] { store.open()->execute("INSERT INTO item (word, title) VALUES ('x', 'same')"); }) ==
          ErrorCode::corrupt);
  }
  SECTION("a dropped table of the full-text index") {
    store.change("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name = 'item_text_data'");
    CHECK(code_of([&] { store.open()->query("SELECT * FROM item_text WHERE item_text MATCH 'one'").next(); }) ==
          ErrorCode::corrupt);
  }
  SECTION("no table that says which steps it has") {
    store.change("DROP TABLE schema_version");
    CHECK(code_of([&] { (void)storage::apply_migrations(*store.open(), kAll); }) == ErrorCode::corrupt);
  }
  SECTION("a step that counts as not applied, and was") {
    store.change("DELETE FROM schema_version WHERE subsystem = 'ledger'");
    CHECK(code_of([&] { (void)storage::apply_migrations(*store.open(), kAll); }) == ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace decapod::test
