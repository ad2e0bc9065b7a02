// Somebody shortens the log under a connection that holds it: name and inode stay, commits are gone.
#include <decapod/storage/database.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "raw.h"

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
using namespace storage;

class Notes {
 public:
  explicit Notes(std::string const& path) : store_(std::move(Database::open({.path = path})).value()) {
    store_->script("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)");
  }
  void add() {
    Transaction transaction(*store_, TransactionKind::write);
    store_->execute("INSERT INTO note (text) VALUES (?1)", std::string(3000, 'x'));
    transaction.commit();
  }
  // Whether a commit was acknowledged.
  bool tries_to_add() {
    try {
      add();
      return store_->still_ours();
    } catch (Failure const&) {
      return false;
    }
  }
  Database& store() { return *store_; }
  void close() { store_.reset(); }

 private:
  std::unique_ptr<Database> store_;
};

// What the next one finds.
std::int64_t notes_of(std::string const& path) {
  auto const opened = Database::open({.path = path});
  REQUIRE(opened.has_value());
  auto rows = (*opened)->query("SELECT count(*) FROM note");
  rows.next();
  return rows.integer(0);
}

TEST_CASE("a commit that would lie behind a log that was cut off is not made, and the database keeps what it has") {
  bool const tried = GENERATE(true, false);
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Notes notes(path);
  notes.add();
  notes.store().checkpoint(CheckpointMode::truncate);
  for (int i = 0; i < 4; ++i) notes.add();
  auto const log = path + "-wal";
  auto const size = fs::file_size(log);
  SECTION("to nothing") {
    fs::resize_file(log, 0);
  }
  SECTION("in its header") {
    fs::resize_file(log, 16);
  }
  SECTION("in its middle") {
    fs::resize_file(log, size / 2);
  }
  SECTION("by one byte") {
    fs::resize_file(log, size - 1);
  }
  auto const left = fs::file_size(log);
  auto const database = read_file(path);

  if (tried) {
    CHECK_FALSE(notes.tries_to_add());
  } else {
    CHECK_FALSE(notes.store().still_ours());
    CHECK_THROWS_AS(notes.store().checkpoint(CheckpointMode::passive), Failure);
  }
  CHECK(notes.store().salvage() == Salvage::impossible);
  notes.close();
  CHECK(read_file(path) == database);
  CHECK(fs::file_size(log) == left);
  // Of the four that were in the log, those that it still holds whole.
  auto const found = notes_of(path);
  CHECK(found >= 1);
  CHECK(found < 5);
  Raw store(path);
  CHECK(store.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1);
}

TEST_CASE("a log that was recovered and is then cut off is noticed, too") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  {
    Notes before(path);
    for (int i = 0; i < 4; ++i) before.add();
    before.store().set_on_close(OnClose::keep_wal);
  }
  auto const opened = Database::open({.path = path});
  REQUIRE(opened.has_value());
  REQUIRE((*opened)->still_ours());
  fs::resize_file(path + "-wal", fs::file_size(path + "-wal") / 2);
  CHECK_FALSE((*opened)->still_ours());
  try {
    (*opened)->query("SELECT max(text) FROM note").next();
    FAIL("a page was read that is in no file");
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::unreachable);
  }
}

TEST_CASE("a log whose commits are all in the database may be cut off: nothing is lost, and work goes on") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Notes notes(path);
  for (int i = 0; i < 4; ++i) notes.add();
  notes.store().checkpoint(CheckpointMode::passive);
  fs::resize_file(path + "-wal", 0);
  CHECK(notes.tries_to_add());
  notes.close();
  CHECK(notes_of(path) == 5);
}

}  // namespace
}  // namespace decapod::test
