// Somebody shortens the log under a connection that holds it: name and inode stay, commits are gone.
#include <decapod/storage/closing.h>
#include <decapod/storage/database.h>
#include <decapod/storage/page_copy.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "fault_vfs.h"
#include "raw.h"

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
using namespace storage;

class Notes {
 public:
  explicit Notes(std::string const& path, std::string const& vfs = "")
      : store_(std::move(Database::open({.path = path, .vfs = vfs})).value()) {
    store_->script("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)");
  }
  void add(std::size_t size = 3000) {
    Transaction transaction(*store_, TransactionKind::write);
    store_->execute("INSERT INTO note (text) VALUES (?1)", std::string(size, 'x'));
    transaction.commit();
  }
  // Whether a commit was acknowledged.
  bool tries_to_add(std::size_t size = 3000) {
    try {
      add(size);
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

std::int64_t notes_in(Database& store) {
  auto rows = store.query("SELECT count(*) FROM note");
  rows.next();
  return rows.integer(0);
}

// What the next one finds.
std::int64_t notes_of(std::string const& path) {
  auto const opened = Database::open({.path = path});
  REQUIRE(opened.has_value());
  return notes_in(**opened);
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
  CHECK(store.passes_integrity_check());
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

// Four notes in a log that nobody holds.
void leave_a_log(std::string const& path) {
  Notes before(path);
  before.add();
  before.store().checkpoint(CheckpointMode::truncate);
  for (int i = 0; i < 4; ++i) before.add();
  before.store().set_on_close(OnClose::keep_wal);
}

// Whoever opens it writes one more note, if it can be opened, and goes without a fold.
void open_and_add(std::string const& path, std::string const& vfs) {
  auto opened = Database::open({.path = path, .vfs = vfs});
  if (!opened) {
    CHECK(opened.error().code == ErrorCode::unreachable);
    return;
  }
  (*opened)->set_on_close(OnClose::keep_wal);
  try {
    Transaction transaction(**opened, TransactionKind::write);
    (*opened)->execute("INSERT INTO note (text) VALUES ('one more')");
    transaction.commit();
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::unreachable);
  }
}

TEST_CASE("a log that is cut off while it is opened, at any moment, leaves a store that is whole") {
  auto const left = GENERATE(0, 5000);
  auto const operation = GENERATE(FileOperation::read, FileOperation::sync);
  std::int64_t moments = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("cut to " << left << " bytes before operation " << static_cast<int>(operation) << " number " << at);
    TempDirectory const scratch;
    auto const path = scratch / "store.db";
    leave_a_log(path);
    FaultVfs disk("cut-while-opening");
    bool cut = false;
    disk.meanwhile({.operation = operation, .at = at}, [&] {
      cut = fs::exists(path + "-wal") && fs::file_size(path + "-wal") > static_cast<std::uintmax_t>(left);
      if (cut) fs::resize_file(path + "-wal", static_cast<std::uintmax_t>(left));
    });
    open_and_add(path, disk.name());
    if (!disk.fired()) break;
    moments += cut ? 1 : 0;
    Raw store(path);
    REQUIRE(store.passes_integrity_check());
    CHECK(store.number("SELECT count(*) FROM note WHERE length(text) = 3000") >= 1);
  }
  CHECK(moments > 0);
}

TEST_CASE("whatever meets a log that was cut off says so, not that the device failed") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  leave_a_log(path);
  auto const opened = Database::open({.path = path});
  REQUIRE(opened.has_value());
  auto& store = **opened;
  fs::resize_file(path + "-wal", 100);
  std::function<void()> meet;
  SECTION("a read") {
    meet = [&] { store.query("SELECT max(text) FROM note").next(); };
  }
  SECTION("a script") {
    meet = [&] { store.script("CREATE TABLE other AS SELECT * FROM note"); };
  }
  SECTION("a fold") {
    meet = [&] { store.checkpoint(CheckpointMode::passive); };
  }
  SECTION("a page copy") {
    write_file(scratch / "copy.db", "");
    meet = [&] {
      PageCopy copy(store, scratch / "copy.db");
      while (copy.advance(std::chrono::steady_clock::now()) != CopyState::complete) {
      }
    };
  }
  SECTION("the last fold") {
    meet = [&] {
      auto const closed = close(store);
      if (!closed) throw Failure(closed.error().code, 0, closed.error().message);
    };
  }
  try {
    meet();
    FAIL("it goes unnoticed");
  } catch (Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::unreachable);
    CHECK(std::string(failure.what()).find("was cut off") != std::string::npos);
  }
}

TEST_CASE("a log that is cut off in a commit fails it in the same words") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs disk("cut-in-commit");
  Notes notes(path, disk.name());
  notes.add();
  disk.meanwhile({.operation = FileOperation::sync, .file = FileKind::wal},
                 [&] { fs::resize_file(path + "-wal", 40); });
  try {
    notes.add();
    FAIL("it was acknowledged");
  } catch (Failure const& failure) {
    CHECK(std::string(failure.what()).find("was cut off") != std::string::npos);
  }
}

TEST_CASE("a log that is cut off between two writes of one commit is not written on, which would hide it") {
  int moments = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("after write number " << at);
    TempDirectory const scratch;
    auto const path = scratch / "store.db";
    FaultVfs disk("cut-between-writes");
    Notes notes(path, disk.name());
    notes.add();
    disk.meanwhile({.operation = FileOperation::write, .file = FileKind::wal, .at = at, .moment = Moment::after},
                   [&] { fs::resize_file(path + "-wal", 5000); });
    bool const acknowledged = notes.tries_to_add(200'000);
    if (!disk.fired()) break;
    CHECK_FALSE(acknowledged);
    ++moments;
  }
  CHECK(moments > 3);
}

TEST_CASE("a log that is cut off between the look at its size and a write is missed although it is as long as before") {
  bool const recovered = GENERATE(true, false);
  auto const lost = GENERATE(std::uintmax_t{1}, std::uintmax_t{300}, std::uintmax_t{9000});
  int missed = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("of the end " << lost << " bytes before write number " << at);
    TempDirectory const scratch;
    auto const path = scratch / "store.db";
    if (recovered) leave_a_log(path);
    FaultVfs disk("cut-before-write");
    Notes notes(path, disk.name());
    for (int i = 0; i < 4 && !recovered; ++i) notes.add();
    auto const before = notes_in(notes.store());
    disk.meanwhile({.operation = FileOperation::write, .file = FileKind::wal, .at = at},
                   [&] { fs::resize_file(path + "-wal", fs::file_size(path + "-wal") - lost); });
    bool const acknowledged = notes.tries_to_add(150'000);
    if (!disk.fired()) break;
    // What was zeros is not gone.
    if (!acknowledged) CHECK_FALSE(notes.store().still_ours());
    missed += acknowledged ? 0 : 1;
    notes.close();
    auto const found = notes_of(path);
    CHECK((acknowledged ? found == before + 1 : found <= before));
    CHECK(Raw(path).passes_integrity_check());
  }
  CHECK(missed > 3);
}

TEST_CASE("a log of which a part is folded is still missed when it is cut off") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Notes notes(path);
  for (int i = 0; i < 4; ++i) notes.add();
  auto const whole = fs::file_size(path + "-wal");
  notes.store().checkpoint(CheckpointMode::passive);
  notes.add();
  notes.add();
  // The log has begun anew, and its end is of an earlier round: that is nobody's loss.
  fs::resize_file(path + "-wal", whole - 1);
  CHECK(notes.store().still_ours());
  fs::resize_file(path + "-wal", 5000);
  CHECK_FALSE(notes.store().still_ours());
}

TEST_CASE("closing says what could not be folded, and leaves it to the next one") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  FaultVfs disk("closing");
  Notes notes(path, disk.name());
  for (int i = 0; i < 4; ++i) notes.add();
  SECTION("the device fails") {
    disk.inject({.operation = FileOperation::write, .file = FileKind::database, .code = SQLITE_IOERR_WRITE});
    auto const closed = close(notes.store());
    REQUIRE_FALSE(closed.has_value());
    CHECK(closed.error().code == ErrorCode::unreachable);
    CHECK(notes.store().salvage() == Salvage::nothing_lost);
    notes.close();
    disk.clear();
    CHECK(notes_of(path) == 4);
  }
  SECTION("the log has lost its name") {
    fs::remove(path + "-wal");
    CHECK_FALSE(close(notes.store()).has_value());
    CHECK(notes.store().salvage() == Salvage::saved);
    notes.close();
    CHECK(notes_of(path) == 4);
  }
  SECTION("nothing is wrong") {
    CHECK(close(notes.store()).has_value());
    CHECK(close(notes.store()).has_value());
    CHECK_THROWS_AS(notes.add(), Failure);
    CHECK_FALSE(fs::exists(path + "-wal"));
    notes.close();
    CHECK(notes_of(path) == 4);
  }
}

}  // namespace
}  // namespace decapod::test
