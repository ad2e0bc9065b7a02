// A page copy is one committed state of its source, whatever the source did while it was made.
#include <decapod/storage/integrity.h>
#include <decapod/storage/page_copy.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include "fault_vfs.h"

namespace decapod::test {
namespace {

using storage::CopyState;
using storage::Database;
using storage::Failure;
using storage::PageCopy;
using storage::Savepoint;
using storage::Transaction;
using storage::TransactionKind;

constexpr int kRows = 3000;  // with their padding, about a thousand pages

// Every transaction keeps the number of left and right rows equal, and touches pages all over the file.
class Pairs {
 public:
  Pairs() {
    auto opened = Database::open({.path = path_});
    REQUIRE(opened.has_value());
    store_ = std::move(*opened);
    store_->script(
        "CREATE TABLE lefts (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE rights (id INTEGER PRIMARY KEY)");
    Transaction all(*store_, TransactionKind::write);
    for (int i = 0; i < kRows; ++i) add_pair();
    all.commit();
  }

  Database& store() { return *store_; }
  std::string const& copy_path() {
    write_file(copy_, "");
    return copy_;
  }

  void add_pair() {
    store_->execute("INSERT INTO lefts (text) VALUES (printf('%.*c', 1200, 'x'))");
    store_->execute("INSERT INTO rights DEFAULT VALUES");
    store_->execute("UPDATE lefts SET text = upper(text) WHERE id % 500 = ?1", pairs_++ % 500);
  }

  void commit_pair() {
    Transaction one(*store_, TransactionKind::write);
    add_pair();
    {
      Savepoint undone(*store_);
      store_->execute("DELETE FROM rights");
    }
    one.commit();
  }

  void roll_back_pair() {
    Transaction lost(*store_, TransactionKind::write);
    add_pair();
    --pairs_;
    store_->execute("DELETE FROM rights WHERE id < 100");
  }

  int pairs() const { return pairs_; }

  // Closes the store, and looks into the copy.
  void expect_in_copy(int pairs) {
    store_.reset();
    auto copy = Database::open({.path = copy_, .mode = storage::OpenMode::read_immutable});
    REQUIRE(copy.has_value());
    CHECK(storage::check_integrity(**copy, storage::IntegrityDepth::full).empty());
    for (auto const* sql : {"SELECT count(*) FROM lefts", "SELECT count(*) FROM rights"}) {
      auto rows = (*copy)->query(sql);
      REQUIRE(rows.next());
      CHECK(rows.integer(0) == pairs);
    }
  }

 private:
  TempDirectory scratch_;
  std::string path_ = scratch_ / "store.db";
  std::string copy_ = scratch_ / "copy.db";
  std::unique_ptr<Database> store_;
  int pairs_ = 0;
};

SteadyTime at_once() {
  return std::chrono::steady_clock::now();
}

// Runs `between` after every slice; the number of slices.
int copy_with(PageCopy& copy, std::function<void(int)> const& between) {
  int slices = 1;
  for (; copy.advance(at_once()) == CopyState::unfinished; ++slices) {
    REQUIRE(slices < 10'000);
    between(slices);
  }
  return slices;
}

TEST_CASE("what is committed while a copy is made is in the copy, whole") {
  Pairs pairs;
  {
    PageCopy copy(pairs.store(), pairs.copy_path());
    auto const slices = copy_with(copy, [&](int) { pairs.commit_pair(); });
    CHECK(slices > 20);
    CHECK(pairs.pairs() > kRows + 20);
  }
  pairs.expect_in_copy(pairs.pairs());
}

TEST_CASE("a checkpoint in the middle of a copy changes nothing about it") {
  Pairs pairs;
  {
    PageCopy copy(pairs.store(), pairs.copy_path());
    copy_with(copy, [&](int slice) {
      pairs.commit_pair();
      if (slice % 5 == 0) pairs.store().checkpoint(storage::CheckpointMode::truncate);
    });
  }
  pairs.expect_in_copy(pairs.pairs());
}

TEST_CASE("a transaction that is rolled back whole starts the copy over, and leaves nothing in it") {
  Pairs pairs;
  {
    PageCopy copy(pairs.store(), pairs.copy_path());
    bool fell_back = false;
    copy_with(copy, [&](int slice) {
      if (slice % 10 != 0 || slice > 30) return;
      auto const before = copy.pages_done();
      pairs.roll_back_pair();
      copy.advance(at_once());
      fell_back = fell_back || copy.pages_done() < before;
    });
    CHECK(fell_back);
  }
  pairs.expect_in_copy(kRows);
}

TEST_CASE("a copy that finds the disk full says so, and the source goes on") {
  Pairs pairs;
  FaultVfs faults("full-disk");
  {
    PageCopy copy(pairs.store(), pairs.copy_path(), faults.name());
    CHECK(copy.advance(at_once()) == CopyState::unfinished);
    faults.inject({.operation = FileOperation::write,
                   .file = FileKind::any,
                   .at = 1,
                   .code = SQLITE_FULL,
                   .os_error = ENOSPC,
                   .repeat = Repeat::forever});
    try {
      copy_with(copy, [&](int) { pairs.commit_pair(); });
      FAIL("the copy was finished");
    } catch (Failure const& failure) {
      CHECK(failure.error().code == ErrorCode::disk_full);
    }
    CHECK_THROWS_AS(copy.advance(at_once()), Failure);
  }
  auto const before = pairs.pairs();
  pairs.commit_pair();
  CHECK(pairs.pairs() == before + 1);
  CHECK(storage::check_integrity(pairs.store(), storage::IntegrityDepth::full).empty());
}

TEST_CASE("a commit that fails while a copy is made is recovered from in place, and the copy has ended") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs disk("failing-beside-a-copy");
  auto opened = Database::open({.path = path, .vfs = disk.name()});
  REQUIRE(opened.has_value());
  auto& store = **opened;
  store.script("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
  auto const add = [&](int rows) {
    Transaction all(store, TransactionKind::write);
    for (int i = 0; i < rows; ++i) store.execute("INSERT INTO note (text) VALUES (printf('%.*c', 3000, 'x'))");
    all.commit();
  };
  add(500);
  write_file(scratch / "copy.db", "");
  PageCopy copy(store, scratch / "copy.db");
  REQUIRE(copy.advance(std::chrono::steady_clock::now()) == CopyState::unfinished);
  disk.inject({.operation = FileOperation::sync, .file = FileKind::wal, .code = SQLITE_IOERR_FSYNC});
  CHECK_THROWS_AS(add(1), Failure);
  REQUIRE_NOTHROW(store.recover());
  CHECK(copy.advance(std::chrono::steady_clock::now()) == CopyState::ended);
  add(1);
  write_file(scratch / "again.db", "");
  PageCopy again(store, scratch / "again.db");
  auto state = CopyState::unfinished;
  while (state == CopyState::unfinished) state = again.advance(std::chrono::steady_clock::now());
  CHECK(state == CopyState::complete);
}

}  // namespace
}  // namespace decapod::test
