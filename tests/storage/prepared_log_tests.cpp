// What a broker that ends leaves in the place of its log, and what the next opener makes of it.
#include <decapod/storage/closing.h>
#include <decapod/storage/log.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "fault_vfs.h"
#include "raw.h"

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
using namespace storage;

std::unique_ptr<Database> opened(std::string const& path, std::string const& vfs = "") {
  auto store = Database::open({.path = path, .on_close = OnClose::prepare_log, .busy = Millis(0), .vfs = vfs});
  REQUIRE(store.has_value());
  return std::move(*store);
}

void add(Database& store, int rows) {
  Transaction transaction(store, TransactionKind::write);
  for (int i = 0; i < rows; ++i) store.execute("INSERT INTO page (text) VALUES (?1)", std::string(3000, 'x'));
  transaction.commit();
}

std::int64_t rows_in(Database& store) {
  auto rows = store.query("SELECT count(*) FROM page");
  REQUIRE(rows.next());
  return rows.integer(0);
}

// A store whose broker wrote `rows` and ended.
class Left {
 public:
  explicit Left(int rows = 1) {
    auto const store = opened(path());
    store->script("CREATE TABLE page (number INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    add(*store, rows);
  }

  std::string path() const { return scratch_ / "store.db"; }
  std::string log() const { return path() + "-wal"; }

 private:
  TempDirectory scratch_;
};

}  // namespace

TEST_CASE("a log that is left prepared has room and no commits, however much was written into it") {
  auto const rows = GENERATE(1, 200);
  Left const left(rows);
  CHECK(fs::file_size(left.log()) == 128 * 1024);
  CHECK_FALSE(log_holds_commits(left.log()));
  auto const store = opened(left.path());
  CHECK(store->wal_frames() == 0);
  CHECK(rows_in(*store) == rows);
}

TEST_CASE("a log that cannot be known to be empty counts as one that holds commits") {
  TempDirectory const scratch;
  auto const log = scratch / "store.db-wal";
  CHECK_FALSE(log_holds_commits(log));
  write_file(log, "");
  CHECK_FALSE(log_holds_commits(log));
  write_file(log, std::string(100, '\0'));
  CHECK(log_holds_commits(log));
  write_file(log, "\x37\x7f\x06\x82" + std::string(60, '\0'));
  CHECK(log_holds_commits(log));
  write_file(log, std::string(100, 'x'));
  CHECK(log_holds_commits(log));
}

TEST_CASE("the first commit into a prepared log is one sync, and into one that merely has no commits two") {
  Left const left;
  auto const prepared = GENERATE(true, false);
  if (!prepared) write_file(left.log(), std::string(4096, '\0'));
  FaultVfs faults("prepared-syncs");
  auto const store = opened(left.path(), faults.name());
  faults.reset_counts();
  add(*store, 3);
  CHECK(faults.count(FileOperation::sync, FileKind::wal) == (prepared ? 1 : 2));
}

TEST_CASE("a mark counts for the log and the directory that it was made for, and for no copy") {
  Left const left;
  TempDirectory const elsewhere;
  auto path = left.path();
  SECTION("the log's copy under its name") {
    fs::copy_file(left.log(), left.log() + "-copy");
    fs::rename(left.log() + "-copy", left.log());
  }
  SECTION("the same log in another directory") {
    path = elsewhere / "store.db";
    fs::copy_file(left.path(), path);
    fs::create_hard_link(left.log(), path + "-wal");
  }
  FaultVfs faults("copied-mark");
  auto const store = opened(path, faults.name());
  faults.reset_counts();
  add(*store, 1);
  CHECK(faults.count(FileOperation::sync, FileKind::wal) == 2);
  CHECK(rows_in(*store) == 2);
}

TEST_CASE("a commit that follows upon a prepared log is recovered by whoever comes after a kill") {
  Left const left;
  {
    auto const store = opened(left.path());
    add(*store, 2);
    store->set_on_close(OnClose::keep_wal);
  }
  CHECK(log_holds_commits(left.log()));
  auto const store = opened(left.path());
  CHECK(store->wal_frames() > 0);
  CHECK(rows_in(*store) == 3);
}

TEST_CASE("whoever opens a store and writes nothing leaves the log as it was") {
  Left const left;
  auto const before = read_file(left.log());
  CHECK(rows_in(*opened(left.path())) == 1);
  CHECK(read_file(left.log()) == before);
}

TEST_CASE("another program takes a prepared log for an empty one, and what it writes is there") {
  Left const left;
  {
    Raw other(left.path());
    CHECK(other.number("SELECT count(*) FROM page") == 1);
    other.must("INSERT INTO page (text) VALUES ('by another')");
    CHECK(other.passes_integrity_check());
    if (GENERATE(true, false)) other.keep_wal_on_close();
  }
  auto const store = opened(left.path());
  CHECK(rows_in(*store) == 2);
  add(*store, 1);
  CHECK(rows_in(*store) == 3);
}

TEST_CASE("a log that cannot be left prepared is folded and removed") {
  Left const left;
  FaultVfs faults("unprepared");
  {
    auto const store = opened(left.path(), faults.name());
    add(*store, 2);
    auto const operation = GENERATE(FileOperation::write, FileOperation::sync, FileOperation::truncate);
    // The fold syncs the log once itself.
    faults.inject({.operation = operation,
                   .file = FileKind::wal,
                   .at = operation == FileOperation::sync ? 2 : 1,
                   .code = SQLITE_FULL,
                   .os_error = ENOSPC});
    CHECK(close(*store).has_value());
  }
  CHECK_FALSE(fs::exists(left.log()));
  CHECK(rows_in(*opened(left.path())) == 3);
}

TEST_CASE("a connection whose log is kept lets go of its files at once, and of its memory later") {
  Left const left;
  auto const first = opened(left.path());
  add(*first, 1);
  first->set_on_close(OnClose::keep_wal);
  REQUIRE(close(*first).has_value());
  CHECK_THROWS_AS(rows_in(*first), Failure);
  CHECK_FALSE(first->still_ours());
  auto const second = opened(left.path());
  CHECK(rows_in(*second) == 2);
  Raw(left.path()).run("SELECT 1");
}

}  // namespace decapod::test
