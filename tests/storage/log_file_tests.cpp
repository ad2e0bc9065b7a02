// How a commit gets into the log: in few writes, and whole or not at all.
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "fault_vfs.h"
#include "raw.h"

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;
using storage::OnClose;
using storage::Transaction;
using storage::TransactionKind;

constexpr int kPages = 40;
constexpr int kUntilPractised = 12;  // commits of so many pages, after which a connection has taken its larger room

std::unique_ptr<Database> open_through(FaultVfs const& faults, std::string const& path) {
  auto opened = Database::open({.path = path, .on_close = OnClose::keep_wal, .busy = Millis(0), .vfs = faults.name()});
  REQUIRE(opened.has_value());
  (*opened)->script("CREATE TABLE page (number INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  return std::move(*opened);
}

// Each row fills a page.
void add_pages(Database& store) {
  Transaction transaction(store, TransactionKind::write);
  for (int i = 0; i < kPages; ++i) store.execute("INSERT INTO page (text) VALUES (?1)", std::string(3000, 'x'));
  transaction.commit();
}

std::int64_t pages_in(std::string const& path) {
  Raw raw(path);
  return raw.number("SELECT count(*) FROM page");
}

TEST_CASE("a commit of many pages goes to the log in few writes, and into a log that is used again") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("few-writes");
  {
    auto const store = open_through(faults, path);
    for (int round = 1; round <= 3; ++round) {
      faults.reset_counts();
      add_pages(*store);
      CHECK(faults.count(FileOperation::write, FileKind::wal) <= kPages / 4);
      CHECK(faults.count(FileOperation::write, FileKind::wal) > 0);
      CHECK(faults.count(FileOperation::sync, FileKind::wal) > 0);
      // The next round begins at the log's beginning, over older frames.
      if (round == 1) store->checkpoint(storage::CheckpointMode::passive);
      auto rows = store->query("SELECT count(*) FROM page");
      REQUIRE(rows.next());
      CHECK(rows.integer(0) == kPages * round);
    }
  }
  CHECK(pages_in(path) == kPages * 3);
}

TEST_CASE(
    "whichever write of a large commit fails, and if half of it was done: the commit fails and is whole or gone") {
  auto const halfway = GENERATE(Halfway::nothing, Halfway::half);
  auto const before = GENERATE(1, kUntilPractised);
  int failed = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("failing write number " << at);
    TempDirectory const scratch;
    auto const path = scratch / "store.db";
    FaultVfs faults("failing-write");
    bool committed = true;
    {
      auto const store = open_through(faults, path);
      for (int i = 0; i < before; ++i) add_pages(*store);
      faults.inject({.operation = FileOperation::write,
                     .file = FileKind::wal,
                     .at = at,
                     .code = SQLITE_FULL,
                     .os_error = ENOSPC,
                     .halfway = halfway});
      try {
        add_pages(*store);
      } catch (Failure const&) {
        committed = false;
      }
      CHECK(committed == !faults.fired());
    }
    auto const found = pages_in(path);
    if (committed) {
      CHECK(found == (before + 1) * kPages);
      break;
    }
    ++failed;
    CHECK(found == before * kPages);
  }
  CHECK(failed > 1);
}

TEST_CASE("a connection that has made many large commits writes the next one in fewer pieces") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("practised");
  {
    auto const store = open_through(faults, path);
    auto const writes = [&] {
      faults.reset_counts();
      add_pages(*store);
      return faults.count(FileOperation::write, FileKind::wal);
    };
    auto const at_first = writes();
    for (int i = 2; i < kUntilPractised; ++i) add_pages(*store);
    CHECK(writes() < at_first / 2);
  }
  CHECK(pages_in(path) == kPages * kUntilPractised);
}

TEST_CASE("what a failed commit had gathered does not get into the log behind a later one") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("gathered");
  {
    auto const store = open_through(faults, path);
    faults.inject({.operation = FileOperation::write, .file = FileKind::wal, .at = 2, .code = SQLITE_FULL});
    CHECK_THROWS_AS(add_pages(*store), Failure);
    REQUIRE(faults.fired());
    store->recover();
    store->execute("INSERT INTO page (text) VALUES ('small')");
    add_pages(*store);
  }
  CHECK(pages_in(path) == kPages + 1);
}

TEST_CASE("a commit whose log is cut off while it is synced is not acknowledged") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("cut-in-commit");
  {
    auto const store = open_through(faults, path);
    add_pages(*store);
    faults.meanwhile({.operation = FileOperation::sync, .file = FileKind::wal}, [&] {
      std::filesystem::resize_file(path + "-wal", std::filesystem::file_size(path + "-wal") / 2);
    });
    CHECK_THROWS_AS(add_pages(*store), Failure);
    REQUIRE(faults.fired());
  }
  CHECK(pages_in(path) <= kPages);
}

TEST_CASE("a log that is cut off while it is folded leaves the database as it was") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs faults("cut-in-fold");
  {
    auto const store = open_through(faults, path);
    add_pages(*store);
    store->checkpoint(storage::CheckpointMode::truncate);
    add_pages(*store);
    auto const before = read_file(path);
    faults.meanwhile({.operation = FileOperation::sync, .file = FileKind::wal}, [&] {
      std::filesystem::resize_file(path + "-wal", std::filesystem::file_size(path + "-wal") / 2);
    });
    CHECK_THROWS_AS(store->checkpoint(storage::CheckpointMode::passive), Failure);
    REQUIRE(faults.fired());
    CHECK(read_file(path) == before);
  }
  CHECK(pages_in(path) == kPages);
}

}  // namespace
}  // namespace decapod::test
