// An interrupted write inside a savepoint makes SQLite throw the whole transaction away, everybody's effects with it.
// What follows must not be written outside of any transaction.
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include "peer_process.h"
#include "raw.h"

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;
using storage::Savepoint;
using storage::Transaction;
using storage::TransactionKind;

constexpr char const* kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO note SELECT i + 1000 FROM n";
constexpr char const* kEndlessRead =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

class Store {
 public:
  Store() {
    auto opened = Database::open({.path = path_});
    REQUIRE(opened.has_value());
    database_ = std::move(*opened);
    database_->script("CREATE TABLE note (id INTEGER PRIMARY KEY)");
  }
  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  std::int64_t notes() {
    auto rows = database_->query("SELECT count(*) FROM note");
    rows.next();
    return rows.integer(0);
  }

 private:
  TempDirectory scratch_;
  std::string path_ = scratch_ / "store.db";
  std::unique_ptr<Database> database_;
};

void expect_timeout(Database& store, char const* sql) {
  store.limit({.until = std::chrono::steady_clock::now() + Millis(5)});
  try {
    auto rows = store.query(sql);
    while (rows.next()) {
    }
    FAIL("it was not interrupted");
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::timeout);
  }
  store.limit({});
}

TEST_CASE("F4: after an interrupted write nothing more is written under the lost transaction") {
  Store store;
  {
    Transaction batch(*store, TransactionKind::write);
    {
      Savepoint first(*store);
      store->execute("INSERT INTO note VALUES (1)");
      first.release();
    }
    {
      Savepoint second(*store);
      expect_timeout(*store, kEndless);
      CHECK_FALSE(store->in_transaction());
      CHECK_THROWS_AS(store->execute("INSERT INTO note VALUES (2)"), Failure);
      CHECK_THROWS_AS(store->script("INSERT INTO note VALUES (2)"), Failure);
      CHECK_THROWS_AS(second.release(), Failure);
    }
    CHECK_THROWS_AS(Savepoint(*store), Failure);
    CHECK_THROWS_AS(batch.commit(), Failure);
  }
  CHECK(store.notes() == 0);

  // The scope has ended: the survivors can be replayed on the same connection.
  Transaction replay(*store, TransactionKind::write);
  {
    Savepoint first(*store);
    store->execute("INSERT INTO note VALUES (1)");
    first.release();
  }
  replay.commit();
  CHECK(store.notes() == 1);
}

TEST_CASE("F4: without the protection the next statement commits by itself") {
  TempDirectory const scratch;
  Raw store(scratch / "store.db");
  store.must(kPlainSettings);
  store.must("CREATE TABLE note (id INTEGER PRIMARY KEY)");
  store.must("BEGIN IMMEDIATE; INSERT INTO note VALUES (1); SAVEPOINT request");
  sqlite3_progress_handler(
      store.handle(), 1000, [](void*) { return 1; }, nullptr);
  REQUIRE(store.run(kEndless) == SQLITE_INTERRUPT);
  sqlite3_progress_handler(store.handle(), 0, nullptr, nullptr);
  REQUIRE(sqlite3_get_autocommit(store.handle()) == 1);
  store.must("INSERT INTO note VALUES (2)");  // meant for the batch, committed alone
  CHECK(store.number("SELECT min(id) FROM note") == 2);
  CHECK(store.run("COMMIT") != SQLITE_OK);
}

TEST_CASE("F4: an interrupted read and a broken constraint fail their own request only") {
  Store store;
  Transaction batch(*store, TransactionKind::write);
  {
    Savepoint first(*store);
    store->execute("INSERT INTO note VALUES (1)");
    first.release();
  }
  {
    Savepoint second(*store);
    store->execute("INSERT INTO note VALUES (2)");
    expect_timeout(*store, kEndlessRead);
    CHECK(store->in_transaction());
  }
  {
    Savepoint third(*store);
    store->execute("INSERT INTO note VALUES (3)");
    CHECK_THROWS_AS(store->execute("INSERT INTO note VALUES (1)"), Failure);
    CHECK(store->in_transaction());
  }
  {
    Savepoint fourth(*store);
    store->execute("INSERT INTO note VALUES (4)");
    fourth.release();
  }
  batch.commit();
  CHECK(store.notes() == 2);
}

TEST_CASE("F4: OR ROLLBACK is noticed like any other lost transaction") {
  Store store;
  store->execute("INSERT INTO note VALUES (1)");
  {
    Transaction batch(*store, TransactionKind::write);
    store->execute("INSERT INTO note VALUES (2)");
    CHECK_THROWS_AS(store->execute("INSERT OR ROLLBACK INTO note VALUES (1)"), Failure);
    CHECK_FALSE(store->in_transaction());
    CHECK_THROWS_AS(store->execute("INSERT INTO note VALUES (3)"), Failure);
  }
  CHECK(store.notes() == 1);
}

TEST_CASE("a transaction that goes without a commit leaves nothing, one that commits leaves all") {
  Store store;
  {
    Transaction undone(*store, TransactionKind::write);
    store->execute("INSERT INTO note VALUES (1)");
  }
  CHECK(store.notes() == 0);
  {
    Transaction kept(*store, TransactionKind::write);
    store->execute("INSERT INTO note VALUES (1)");
    kept.commit();
  }
  CHECK(store.notes() == 1);
}

TEST_CASE("a read transaction sees, and commits nothing") {
  Store store;
  store->execute("INSERT INTO note VALUES (1)");
  {
    Transaction reading(*store, TransactionKind::read);
    CHECK(store.notes() == 1);
  }
  CHECK_FALSE(store->in_transaction());
}

TEST_CASE("transactions and savepoints do not nest") {
  Store store;
  CHECK_THROWS_AS(Savepoint(*store), Failure);
  Transaction batch(*store, TransactionKind::write);
  CHECK_THROWS_AS(Transaction(*store, TransactionKind::write), Failure);
  {
    Savepoint outer(*store);
    CHECK_THROWS_AS(Savepoint(*store), Failure);
    store->execute("INSERT INTO note VALUES (1)");
    outer.release();
  }
  batch.commit();
  CHECK(store.notes() == 1);
}

// SQLite looks at the clock once in a hundred steps, counted over all runs of a statement: one commit in some tens.
TEST_CASE("a budget that ran out never stops a commit") {
  Store store;
  for (int i = 1; i <= 400; ++i) {
    Transaction batch(*store, TransactionKind::write);
    store->execute("INSERT INTO note VALUES (?1)", i);
    store->limit({.until = std::chrono::steady_clock::now() - Millis(1)});
    batch.commit();
    store->limit({});
  }
  CHECK(store.notes() == 400);
}

}  // namespace
}  // namespace decapod::test
