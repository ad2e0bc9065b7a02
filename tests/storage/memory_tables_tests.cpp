// Tables in memory beside a store that may only be read.
#include <decapod/storage/memory_tables.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <filesystem>

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;
using storage::MemoryTables;
using storage::OpenMode;

std::unique_ptr<Database> open_store(TempDirectory const& scratch, OpenMode mode) {
  auto opened = Database::open({.path = scratch / "store.db", .mode = mode});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

std::int64_t count(Database& database, std::string_view sql) {
  auto rows = database.query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

TEST_CASE("a connection that only reads fills a table in memory, which a read's end empties, and writes nothing") {
  TempDirectory const scratch;
  {
    auto const store = open_store(scratch, OpenMode::read_write);
    store->script("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('a')");
  }
  auto const before = read_file(scratch / "store.db");
  auto const store = open_store(scratch, GENERATE(OpenMode::read_immutable, OpenMode::read_private));
  {
    MemoryTables const in_memory(*store);
    store->script("CREATE TABLE temp.beside (name TEXT)");
  }
  for (int i = 0; i < 2; ++i) {
    storage::Transaction const snapshot(*store, storage::TransactionKind::read);
    {
      MemoryTables const in_memory(*store);
      store->execute("INSERT INTO temp.beside SELECT name FROM item");
    }
    CHECK(count(*store, "SELECT count(*) FROM beside") == 1);
    CHECK_THROWS_AS(store->execute("DELETE FROM item"), Failure);
  }
  CHECK(count(*store, "SELECT count(*) FROM beside") == 0);
  CHECK(read_file(scratch / "store.db") == before);
}

TEST_CASE("a connection that was interrupted while it filled a table in memory reads on, and only reads") {
  TempDirectory const scratch;
  {
    auto const store = open_store(scratch, OpenMode::read_write);
    store->script("CREATE TABLE item (name TEXT)");
  }
  auto const store = open_store(scratch, OpenMode::read_private);
  {
    MemoryTables const in_memory(*store);
    store->script("CREATE VIRTUAL TABLE temp.beside USING fts5 (text)");
  }
  try {
    storage::Transaction const snapshot(*store, storage::TransactionKind::read);
    MemoryTables const in_memory(*store);
    store->limit({.until = SteadyTime{}});
    store->execute(
        "INSERT INTO temp.beside WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
        " SELECT 'text ' || i FROM n");
    FAIL("it was not interrupted");
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::timeout);
  }
  store->limit({});
  CHECK(count(*store, "SELECT count(*) FROM beside") == 0);
  CHECK_THROWS_AS(store->execute("INSERT INTO item VALUES ('x')"), Failure);
}

}  // namespace
}  // namespace decapod::test
