#include <decapod/storage/database.h>
#include <support/eventually.h>
#include <support/temp_directory.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "fault_vfs.h"
#include "peer_process.h"
#include "raw.h"

namespace decapod::test {
namespace {

using storage::CheckpointMode;
using storage::Database;
using storage::OnClose;
using storage::OpenMode;
using storage::OpenOptions;

std::unique_ptr<Database> must_open(OpenOptions const& options) {
  auto opened = Database::open(options);
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

unsigned mode_of(std::string const& path) {
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777;
}

std::int64_t notes(Database& store) {
  auto rows = store.query("SELECT count(*) FROM note");
  rows.next();
  return rows.integer(0);
}

// A store with one note, closed with its WAL.
std::string store_with_wal(TempDirectory const& scratch) {
  auto const path = scratch / "store.db";
  auto const store = must_open({.path = path, .on_close = OnClose::keep_wal});
  store->script("CREATE TABLE note (id INTEGER PRIMARY KEY); INSERT INTO note DEFAULT VALUES");
  return path;
}

TEST_CASE("a new store is private whatever the umask, has a WAL and no shared memory") {
  auto const mask = GENERATE(as<mode_t>(), 0, 022, 077);
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  auto const before = umask(mask);
  auto const store = must_open({.path = path});
  umask(before);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path + "-wal") == 0600);
  CHECK_FALSE(std::filesystem::exists(path + "-shm"));
  CHECK(store->still_ours());
}

TEST_CASE("paths that look like URIs or options are only paths") {
  TempDirectory const scratch;
  for (auto const* name : {"a b.db", "x?mode=memory", "50%41.db", "frag#ment.db", "file:y.db"}) {
    CAPTURE(name);
    auto const path = scratch / name;
    must_open({.path = path})->script("CREATE TABLE note (id)");
    CHECK(std::filesystem::file_size(path) > 0);
    CHECK(notes(*must_open({.path = path, .mode = OpenMode::read_immutable})) == 0);
  }
}

TEST_CASE("a process has one Database at a time") {
  TempDirectory const scratch;
  auto store = must_open({.path = scratch / "one.db"});
  auto const second = Database::open({.path = scratch / "two.db"});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::internal);
  CHECK_FALSE(std::filesystem::exists(scratch / "two.db"));
  store.reset();
  CHECK(Database::open({.path = scratch / "two.db"}).has_value());
}

TEST_CASE("another process is kept out, be it ours or any program, even before the first write") {
  TempDirectory const scratch;
  auto const path = store_with_wal(scratch);
  auto const store = must_open({.path = path});
  CHECK(run(peer_command({"try", path, "30"})).output == "BUSY\n");
  CHECK(run(peer_command({"look", path})).status == 1);
  CHECK(store->still_ours());
}

TEST_CASE("opening waits for a predecessor to leave, and gives up in time") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Child holder(peer_command({"hold", path, scratch / "go"}));
  REQUIRE(eventually([&] { return std::filesystem::exists(path + "-wal"); }));
  auto const begin = std::chrono::steady_clock::now();
  auto const refused = Database::open({.path = path, .busy = Millis(50)});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::busy);
  CHECK(std::chrono::steady_clock::now() - begin >= Millis(50));
  std::jthread const release([&] {
    std::this_thread::sleep_for(Millis(100));
    write_file(scratch / "go", "");
  });
  auto const store = must_open({.path = path, .busy = kPatience});
  CHECK(std::filesystem::exists(scratch / "go"));
  CHECK(holder.wait().status == 0);
}

TEST_CASE("closing folds the WAL in, or leaves it for the successor") {
  TempDirectory const scratch;
  auto const path = store_with_wal(scratch);
  CHECK(std::filesystem::file_size(path + "-wal") > 0);
  CHECK(notes(*must_open({.path = path, .on_close = OnClose::keep_wal})) == 1);
  CHECK(std::filesystem::exists(path + "-wal"));
  {
    auto const store = must_open({.path = path, .on_close = OnClose::keep_wal});
    store->set_on_close(OnClose::checkpoint);
  }
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK(notes(*must_open({.path = path})) == 1);
}

TEST_CASE("frames that a predecessor left are synced before the store answers") {
  TempDirectory const scratch;
  auto const path = store_with_wal(scratch);
  FaultVfs faults("recovering");
  {
    auto const store = must_open({.path = path, .on_close = OnClose::keep_wal, .vfs = faults.name()});
    CHECK(faults.count(FileOperation::sync, FileKind::wal) == 1);
    CHECK(store->wal_frames() > 0);
  }
  faults.inject({.operation = FileOperation::sync, .file = FileKind::wal});
  auto const refused = Database::open({.path = path, .vfs = faults.name()});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::unreachable);
}

TEST_CASE("the WAL's frames are counted, and checkpoints fold them in") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  auto const store = must_open({.path = path});
  store->script("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
  auto const before = store->wal_frames();
  for (int i = 0; i < 20; ++i) store->execute("INSERT INTO note (text) VALUES (?1)", std::string(3000, 'x'));
  CHECK(store->wal_frames() >= before + 20);
  store->checkpoint(CheckpointMode::passive);
  CHECK(store->wal_frames() == 0);
  store->execute("INSERT INTO note (text) VALUES ('y')");
  CHECK(store->wal_frames() < 5);  // the WAL starts over
  store->checkpoint(CheckpointMode::truncate);
  CHECK(store->wal_frames() == 0);
  CHECK(std::filesystem::file_size(path + "-wal") == 0);
  CHECK(store->still_ours());
}

TEST_CASE("nothing is checkpointed on its own") {
  TempDirectory const scratch;
  FaultVfs faults("counting");
  auto const store = must_open({.path = scratch / "store.db", .vfs = faults.name()});
  store->script("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
  faults.reset_counts();
  for (int i = 0; i < 1500; ++i) store->execute("INSERT INTO note (text) VALUES (?1)", std::string(3000, 'x'));
  CHECK(store->wal_frames() > 1500);
  CHECK(faults.count(FileOperation::write, FileKind::database) == 0);
  CHECK(faults.count(FileOperation::sync, FileKind::wal) == 1500);
}

TEST_CASE("a store that cannot be written is read with its WAL, or without one, and never changed") {
  TempDirectory const scratch;
  auto const path = store_with_wal(scratch);
  auto mode = OpenMode::read_wal;
  SECTION("with a WAL") {}
  SECTION("without one") {
    must_open({.path = path});
    mode = OpenMode::read_immutable;
  }
  auto const bytes = read_file(path);
  {
    auto const store = must_open({.path = path, .mode = mode});
    CHECK(notes(*store) == 1);
    CHECK(store->still_ours());
    CHECK_THROWS_AS(store->execute("INSERT INTO note DEFAULT VALUES"), storage::Failure);
  }
  CHECK(std::filesystem::exists(path + "-wal") == (mode == OpenMode::read_wal));
  CHECK_FALSE(std::filesystem::exists(path + "-shm"));
  CHECK(read_file(path) == bytes);
}

TEST_CASE("what cannot be opened says why") {
  TempDirectory const scratch;
  auto const code_of = [](OpenOptions const& options) { return Database::open(options).error().code; };
  write_file(scratch / "text.db", std::string(5000, 'x'));
  CHECK(code_of({.path = scratch / "text.db"}) == ErrorCode::corrupt);
  CHECK(code_of({.path = scratch / "nowhere/store.db"}) == ErrorCode::not_writable);
  CHECK(code_of({.path = scratch.path().string()}) == ErrorCode::not_writable);
  auto const error = Database::open({.path = scratch / "nowhere/store.db"}).error();
  CHECK(error.message.find("nowhere/store.db") != std::string::npos);
}

}  // namespace
}  // namespace decapod::test
