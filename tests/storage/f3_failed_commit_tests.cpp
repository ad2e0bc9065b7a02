// A commit that fails has an unknown outcome: recovery decides, not the process that saw the failure.
#include <decapod/storage/integrity.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "fault_vfs.h"
#include "peer_process.h"
#include "raw.h"

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;
using storage::OnClose;
using storage::Transaction;
using storage::TransactionKind;

constexpr Fault kFailedSync{.operation = FileOperation::sync,
                            .file = FileKind::wal,
                            .at = 1,
                            .code = SQLITE_IOERR_FSYNC,
                            .os_error = EIO,
                            .repeat = Repeat::once};

std::unique_ptr<Database> open_through(FaultVfs const& faults, std::string const& path) {
  auto opened =
      Database::open({.path = path, .on_close = OnClose::checkpoint, .busy = Millis(0), .vfs = faults.name()});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

void add_note(Database& store) {
  Transaction transaction(store, TransactionKind::write);
  store.execute("INSERT INTO note DEFAULT VALUES");
  transaction.commit();
}

TEST_CASE("F3: after a failed commit every further use throws, and recovery decides") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("failing-sync");
  {
    auto const store = open_through(faults, path);
    store->script("CREATE TABLE note (id INTEGER PRIMARY KEY)");
    add_note(*store);
    faults.inject(kFailedSync);
    {
      Transaction transaction(*store, TransactionKind::write);
      store->execute("INSERT INTO note DEFAULT VALUES");
      try {
        transaction.commit();
        FAIL("the commit did not fail");
      } catch (Failure const& failure) {
        CHECK(failure.sqlite_code() == SQLITE_IOERR_FSYNC);
        CHECK(failure.error().code == ErrorCode::unreachable);
      }
    }
    REQUIRE(faults.fired());
    CHECK_THROWS_AS(add_note(*store), Failure);
    CHECK_THROWS_AS(store->execute("INSERT INTO note DEFAULT VALUES"), Failure);
    CHECK_THROWS_AS(store->query("SELECT 1 FROM note"), Failure);
    CHECK_THROWS_AS(store->script("INSERT INTO note DEFAULT VALUES"), Failure);
    CHECK_THROWS_AS(store->checkpoint(storage::CheckpointMode::passive), Failure);
    CHECK_THROWS_AS(check_integrity(*store, storage::IntegrityDepth::quick), Failure);
    CHECK_FALSE(store->in_transaction());
    faults.reset_counts();
  }
  // Closing wrote nothing: the WAL is as the failure left it.
  CHECK(faults.count(FileOperation::write) == 0);
  auto const first = notes_in(path);
  CHECK((first == 1 || first == 2));
  CHECK(notes_in(path) == first);
}

// SQLite alone, with a failed sync in its second commit; then `next`; then as kill -9 leaves it.
int notes_after_failed_commit(std::string const& next) {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("plain-failing-sync");
  {
    Raw store(path, faults.name().c_str());
    store.must(kPlainSettings);
    store.must("CREATE TABLE note (id INTEGER PRIMARY KEY)");
    store.must("INSERT INTO note DEFAULT VALUES");
    faults.inject(kFailedSync);
    REQUIRE(store.run("INSERT INTO note VALUES (77)") == SQLITE_IOERR_FSYNC);
    REQUIRE(store.number("SELECT count(*) FROM note WHERE id = 77") == 0);  // so the process believes it failed
    if (!next.empty()) store.must(next);
    store.keep_wal_on_close();
  }
  Raw store(path);
  return static_cast<int>(store.number("SELECT count(*) FROM note WHERE id = 77"));
}

TEST_CASE("F3: without the protection what became of a failed commit depends on what the process does next") {
  CHECK(notes_after_failed_commit("") == 1);
  CHECK(notes_after_failed_commit("INSERT INTO note DEFAULT VALUES") == 0);
}

struct Outcomes {
  int acknowledged = 0;
  int unknown = 0;
};

// Three commits, a checkpoint, a fourth; stops where a broker would exit.
Outcomes work(Database& store) {
  Outcomes outcomes;
  try {
    for (int i = 0; i < 4; ++i) {
      if (i == 3) store.checkpoint(storage::CheckpointMode::truncate);
      Transaction transaction(store, TransactionKind::write);
      store.execute("INSERT INTO note DEFAULT VALUES");
      outcomes.unknown = 1;
      transaction.commit();
      outcomes.unknown = 0;
      ++outcomes.acknowledged;
    }
  } catch (Failure const&) {
    return outcomes;
  }
  return outcomes;
}

// Fails the k-th operation of its kind for k = 1, 2…, until a whole run meets no failure. How many failures fired.
int exhaust(Fault fault) {
  int fired = 0;
  for (fault.at = 1;; ++fault.at) {
    TempDirectory const scratch;
    auto const path = scratch / "store.db";
    FaultVfs faults("exhausting");
    Outcomes outcomes;
    {
      auto const store = open_through(faults, path);
      store->script("CREATE TABLE note (id INTEGER PRIMARY KEY)");
      faults.inject(fault);
      outcomes = work(*store);
    }
    CAPTURE(fault.at, fault.code, outcomes.acknowledged, outcomes.unknown);
    auto const found = notes_in(path);
    REQUIRE(found >= outcomes.acknowledged);
    REQUIRE(found <= outcomes.acknowledged + outcomes.unknown);
    if (!faults.fired()) {
      REQUIRE(outcomes.acknowledged == 4);
      return fired;
    }
    ++fired;
    REQUIRE(fired < 500);
  }
}

TEST_CASE("F3: whichever operation fails, once or for good, no acknowledged commit is lost and none appears twice") {
  struct Kind {
    FileOperation operation;
    int code;
    int os_error;
  };
  auto const kind = GENERATE(
      Kind{FileOperation::write, SQLITE_IOERR_WRITE, EIO}, Kind{FileOperation::write, SQLITE_FULL, ENOSPC},
      Kind{FileOperation::sync, SQLITE_IOERR_FSYNC, EIO}, Kind{FileOperation::truncate, SQLITE_IOERR_TRUNCATE, EIO});
  auto const repeat = GENERATE(Repeat::once, Repeat::forever);
  auto const fired = exhaust({.operation = kind.operation,
                              .file = FileKind::any,
                              .at = 1,
                              .code = kind.code,
                              .os_error = kind.os_error,
                              .repeat = repeat});
  CHECK(fired >= 1);
}

TEST_CASE("F3: a full disk at commit is said as such, and so is a quota") {
  TempDirectory const scratch;
  FaultVfs faults("full-disk");
  auto const [code, os_error] = GENERATE(std::pair{SQLITE_FULL, ENOSPC}, std::pair{SQLITE_IOERR_WRITE, EDQUOT});
  auto const store = open_through(faults, scratch / "store.db");
  store->script("CREATE TABLE note (id INTEGER PRIMARY KEY)");
  faults.inject({.operation = FileOperation::write,
                 .file = FileKind::wal,
                 .at = 1,
                 .code = code,
                 .os_error = os_error,
                 .repeat = Repeat::once});
  try {
    add_note(*store);
    FAIL("the commit did not fail");
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::disk_full);
  }
}

TEST_CASE("F3: a commit refused by a deferred foreign key wrote nothing, and the connection lives on") {
  TempDirectory const scratch;
  FaultVfs faults("no-fault");
  auto const store = open_through(faults, scratch / "store.db");
  store->script(
      "CREATE TABLE note (id INTEGER PRIMARY KEY);"
      "CREATE TABLE link (note INTEGER REFERENCES note DEFERRABLE INITIALLY DEFERRED)");
  {
    Transaction transaction(*store, TransactionKind::write);
    store->execute("INSERT INTO link VALUES (9)");
    CHECK_THROWS_AS(transaction.commit(), Failure);
  }
  CHECK_FALSE(store->in_transaction());
  add_note(*store);
  auto rows = store->query("SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM note)");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 0);
  CHECK(rows.integer(1) == 1);
}

}  // namespace
}  // namespace decapod::test
