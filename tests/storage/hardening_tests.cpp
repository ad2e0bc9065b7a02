#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <filesystem>

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;

std::unique_ptr<Database> open_store(TempDirectory const& scratch) {
  auto opened = Database::open({.path = scratch / "store.db"});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

TEST_CASE("handlers cannot attach, change settings, or begin and end transactions") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  auto const elsewhere = scratch / "elsewhere.db";
  for (auto const& sql :
       {"ATTACH '" + elsewhere + "' AS other", std::string("DETACH main"), std::string("PRAGMA synchronous=OFF"),
        std::string("PRAGMA journal_mode"), std::string("PRAGMA writable_schema=ON"), "VACUUM INTO '" + elsewhere + "'",
        std::string("SELECT * FROM pragma_table_info('x')"), std::string("BEGIN"), std::string("COMMIT"),
        std::string("ROLLBACK"), std::string("SAVEPOINT mine"), std::string("SELECT load_extension('x')"),
        std::string("SELECT \"a string\""), std::string("DELETE FROM sqlite_schema")}) {
    CAPTURE(sql);
    CHECK_THROWS_AS(store->execute(sql), Failure);
    CHECK_THROWS_AS(store->script(sql), Failure);
  }
  CHECK_FALSE(std::filesystem::exists(elsewhere));
  CHECK_FALSE(store->in_transaction());
}

TEST_CASE("foreign keys are enforced") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->script("CREATE TABLE item (id INTEGER PRIMARY KEY); CREATE TABLE link (item INTEGER REFERENCES item)");
  CHECK_THROWS_AS(store->execute("INSERT INTO link VALUES (1)"), Failure);
}

TEST_CASE("full-text search works under all of the hardening") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->script(
      "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL) STRICT;"
      "CREATE VIRTUAL TABLE item_text USING fts5(title, body, content='item', content_rowid='id',"
      " tokenize='porter unicode61', prefix='2 3')");
  storage::Transaction batch(*store, storage::TransactionKind::write);
  for (int i = 0; i < 200; ++i) {
    storage::Savepoint request(*store);
    auto const title = "lobster " + std::to_string(i);
    store->execute("INSERT INTO item VALUES (?1, ?2, ?3)", i, title, "catching crabs");
    store->execute("INSERT INTO item_text (rowid, title, body) VALUES (?1, ?2, ?3)", i, title, "catching crabs");
    if (i % 2 == 0) request.release();
  }
  batch.commit();
  store->execute("INSERT INTO item_text (item_text) VALUES ('optimize')");
  auto rows = store->query(
      "SELECT count(*), min(snippet(item_text, 1, '[', ']', '', 8)) FROM item_text WHERE item_text MATCH ?1", "crab");
  CHECK_THROWS_AS(rows.next(), Failure);  // an auxiliary function does not go inside an aggregate
  auto found = store->query(
      "SELECT rowid, snippet(item_text, 1, '[', ']', '', 8) FROM item_text WHERE item_text MATCH ?1 "
      "ORDER BY rank",
      "crab");
  int count = 0;
  while (found.next()) {
    CHECK(found.view(1) == "catching [crabs]");
    ++count;
  }
  CHECK(count == 100);
}

TEST_CASE("limits stop what no statement of ours needs") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->script("CREATE TABLE blob (data BLOB)");
  CHECK_THROWS_AS(store->query(std::string(300'000, ' ') + "SELECT 1"), Failure);
  try {
    store->execute("INSERT INTO blob VALUES (zeroblob(100000000))");
    FAIL("it was not refused");
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::too_large);
  }
}

}  // namespace
}  // namespace decapod::test
