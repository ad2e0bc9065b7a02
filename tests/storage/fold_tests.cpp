// What is in the database after a fold that met something: all that the log held, or nothing of it.
#include <decapod/storage/closing.h>
#include <decapod/storage/transaction.h>
#include <support/memory.h>
#include <support/temp_directory.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "fault_vfs.h"
#include "raw.h"

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
using namespace storage;

constexpr int kRows = 30;
constexpr int kChanges = 6;

void add_row(Database& store) {
  store.execute("INSERT INTO page (version, text) VALUES (0, ?1)", std::string(3000, 'a'));
}

// Rows of about a page each, which are in the database. In the log: changes of some of them, which lie apart, and new
// ones.
class Start {
 public:
  Start() {
    auto opened = Database::open({.path = scratch_ / "store.db", .on_close = OnClose::keep_wal});
    auto& store = *opened.value();
    store.script("CREATE TABLE page (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, text TEXT NOT NULL)");
    {
      Transaction transaction(store, TransactionKind::write);
      for (int i = 0; i < kRows; ++i) add_row(store);
      transaction.commit();
    }
    store.checkpoint(CheckpointMode::truncate);
    for (int version = 1; version <= kChanges; ++version) {
      Transaction transaction(store, TransactionKind::write);
      store.execute("UPDATE page SET version = ?1, text = ?2 WHERE id % 9 = ?1", version, std::string(2900, 'b'));
      add_row(store);
      transaction.commit();
    }
  }

  void copy_to(std::string const& path) const {
    for (auto const* const end : {"", "-wal"}) fs::copy_file(scratch_ / "store.db" + end, path + end);
  }

 private:
  TempDirectory scratch_;
};

// One fold of it, through a layer that fails.
struct Trial {
  explicit Trial(Start const& start) : path(scratch / "store.db"), disk("fold") {
    start.copy_to(path);
    before = read_file(path);
    store = std::move(Database::open({.path = path, .busy = Millis(0), .vfs = disk.name()})).value();
  }
  // The database.
  bool is_untouched() const { return read_file(path) == before; }

  TempDirectory scratch;
  std::string path;
  std::string before;
  FaultVfs disk;
  std::unique_ptr<Database> store;
};

enum class Holds { all, nothing };

// What a program finds that has the database and its log, if there is one.
void require_whole(std::string const& path, Holds holds) {
  Raw store(path);
  REQUIRE(store.passes_integrity_check());
  CHECK(store.number("SELECT count(*) FROM page") == kRows + (holds == Holds::all ? kChanges : 0));
  CHECK(store.number("SELECT max(version) FROM page") == (holds == Holds::all ? kChanges : 0));
}

enum class When { meanwhile, at_the_end };

Result<void> fold(Database& store, When when) {
  if (when == When::at_the_end) return close(store);
  try {
    store.checkpoint(CheckpointMode::passive);
    return {};
  } catch (Failure const& failure) {
    return failure.error();
  }
}

TEST_CASE("a log that is cut off at any moment of a fold leaves a database that has all of it or nothing") {
  auto const when = GENERATE(When::meanwhile, When::at_the_end);
  auto const operation =
      GENERATE(FileOperation::read, FileOperation::write, FileOperation::sync, FileOperation::truncate);
  auto const left = GENERATE(std::uintmax_t{0}, std::uintmax_t{20'000});
  Start const start;
  int moments = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("cut to " << left << " bytes before operation " << static_cast<int>(operation) << " number " << at);
    Trial trial(start);
    auto const log = trial.path + "-wal";
    bool cut = false;
    trial.disk.meanwhile({.operation = operation, .at = at}, [&] {
      cut = fs::exists(log) && fs::file_size(log) > left;
      if (cut) fs::resize_file(log, left);
    });
    auto const folded = fold(*trial.store, when);
    if (!trial.disk.fired()) break;
    moments += cut ? 1 : 0;
    if (!folded) {
      CHECK(folded.error().code == ErrorCode::unreachable);
      CHECK(folded.error().message.find("was cut off") != std::string::npos);
      CHECK(trial.is_untouched());
    }
    trial.store.reset();
    // Whoever has only the database, too.
    fs::remove(log);
    require_whole(trial.path, folded ? Holds::all : Holds::nothing);
  }
  CHECK(moments > (operation == FileOperation::read ? kChanges : 0));
}

TEST_CASE("a fold that cannot read its log writes nothing, not even what it has read, and can be made again") {
  auto const when = GENERATE(When::meanwhile, When::at_the_end);
  auto const fault =
      GENERATE(Fault{.code = SQLITE_IOERR_READ, .os_error = EIO},
               Fault{.code = SQLITE_IOERR_READ, .os_error = EIO, .repeat = Repeat::forever, .halfway = Halfway::half},
               Fault{.code = SQLITE_IOERR_SHORT_READ, .halfway = Halfway::half});
  Start const start;
  int moments = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("failing read number " << at << " with " << fault.code);
    Trial trial(start);
    auto here = fault;
    here.operation = FileOperation::read;
    here.file = FileKind::wal;
    here.at = at;
    trial.disk.inject(here);
    auto const folded = fold(*trial.store, when);
    if (!trial.disk.fired()) break;
    ++moments;
    REQUIRE_FALSE(folded.has_value());
    CHECK(trial.is_untouched());
    trial.disk.clear();
    if (when == When::meanwhile) CHECK(fold(*trial.store, when).has_value());
    trial.store.reset();
    require_whole(trial.path, Holds::all);
  }
  CHECK(moments > kChanges);
}

TEST_CASE("a fold that cannot write leaves its log, which makes the database whole") {
  auto const when = GENERATE(When::meanwhile, When::at_the_end);
  auto const operation = GENERATE(FileOperation::write, FileOperation::truncate, FileOperation::sync);
  auto const again = GENERATE(true, false);
  Start const start;
  int moments = 0;
  for (std::int64_t at = 1;; ++at) {
    INFO("failing operation " << static_cast<int>(operation) << " number " << at);
    Trial trial(start);
    trial.disk.inject({.operation = operation,
                       .file = FileKind::database,
                       .at = at,
                       .code = SQLITE_FULL,
                       .os_error = ENOSPC,
                       .halfway = Halfway::half});
    auto const folded = fold(*trial.store, when);
    if (!trial.disk.fired()) break;
    ++moments;
    CHECK_FALSE(folded.has_value());
    trial.disk.clear();
    if (again && when == When::meanwhile) CHECK(fold(*trial.store, when).has_value());
    trial.store->set_on_close(OnClose::keep_wal);
    trial.store.reset();
    require_whole(trial.path, Holds::all);
  }
  CHECK(moments > 0);
}

TEST_CASE("a fold writes what SQLite alone would write, in fewer pieces") {
  Start const start;
  Trial trial(start);
  auto const other = trial.scratch / "other.db";
  start.copy_to(other);
  FaultVfs plain("plain");
  Raw(other, plain.name().c_str()).must("PRAGMA wal_checkpoint(TRUNCATE)");
  trial.disk.reset_counts();
  trial.store->checkpoint(CheckpointMode::passive);
  CHECK((read_file(trial.path) == read_file(other)));
  auto const writes = trial.disk.count(FileOperation::write, FileKind::database);
  CHECK(writes > 1);
  CHECK(writes < plain.count(FileOperation::write, FileKind::database));
}

TEST_CASE("a fold of more than fits into its memory is made in parts, and gives the memory back") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  auto opened = Database::open({.path = path});
  REQUIRE(opened.has_value());
  auto& store = **opened;
  store.script("CREATE TABLE part (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
  static constexpr std::int64_t kParts = 70;
  for (int i = 0; i < kParts; ++i) {
    Transaction transaction(store, TransactionKind::write);
    store.execute("INSERT INTO part (bytes) VALUES (zeroblob(?1))", std::int64_t{1} << 20);
    transaction.commit();
  }
  auto const before = memory_kib(getpid(), "VmRSS");
  store.checkpoint(CheckpointMode::passive);
  CHECK(memory_kib(getpid(), "VmRSS") < before + 16 * 1024);
  CHECK(store.wal_frames() == 0);
  REQUIRE(close(store).has_value());
  Raw raw(path);
  CHECK(raw.number("SELECT count(*) FROM part WHERE length(bytes) = 1048576") == kParts);
  CHECK(raw.passes_integrity_check());
}

}  // namespace
}  // namespace decapod::test
