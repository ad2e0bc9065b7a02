// Commits that fail: what can be found out is said, what cannot is called unknown, and nothing is ever said wrongly.

#include <decapod/broker/losses.h>
#include <fault_vfs.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;
namespace fs = std::filesystem;

EngineOptions on(Store const& store, FaultVfs const& vfs) {
  auto options = Bench::options_of(store);
  options.vfs = vfs.name();
  return options;
}

constexpr Fault kDeadDisk{.operation = FileOperation::sync,
                          .file = FileKind::wal,
                          .code = SQLITE_IOERR_FSYNC,
                          .os_error = EIO,
                          .repeat = Repeat::forever};
constexpr Fault kFullDisk{.operation = FileOperation::write,
                          .file = FileKind::any,
                          .code = SQLITE_FULL,
                          .os_error = ENOSPC,
                          .repeat = Repeat::forever};

void expect_unknown(std::vector<ipc::Reply> const& replies) {
  for (auto const& reply : replies) {
    CHECK(reply.status == Status::UNKNOWN);
    CHECK(error_of(reply) == "OUTCOME_UNKNOWN");
    CHECK(reply.commit_seq == std::nullopt);
  }
}

}  // namespace

TEST_CASE("when a commit fails and the store cannot be read again, its outcome is unknown and that is the end") {
  FaultVfs disk("outcome");
  Store store;
  {
    Bench bench(store, on(store, disk));
    CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
    disk.inject(kDeadDisk);
    auto rehearsal = add("a", "k6");
    rehearsal.dry_run = ipc::DryRun::yes;
    auto const replies =
        bench.write_all({add("a", "k2"), add("b", "k3"), fail_by(Way::refuse, "c", "k4"), add("a", "k1"), rehearsal});
    expect_unknown({replies[0], replies[1], replies[2]});
    // It did nothing, whatever became of the rows that it saw.
    CHECK(replies[4].status == Status::NOT_COMMITTED);
    // That one was committed before, and its answer was read from the ledger.
    CHECK(replies[3].commit_seq == 1U);
    CHECK(disk.fired());
    CHECK(bench.engine().health() == Health::lost);
    disk.clear();
    for (auto const& reply : bench.write_all({add("a", "k5"), add("a", "k1")}))
      CHECK(reply.status != Status::COMMITTED);
    CHECK(bench.read(get("a")).error.has_value());
  }
  // Recovery and ledger decide; whoever repeats the request learns it, and it is applied once.
  Bench next(store);
  CHECK(next.write(add("a", "k2")).status == Status::COMMITTED);
  CHECK(next.value("a") == 2);
  CHECK(next.write(add("b", "k3")).status == Status::COMMITTED);
  CHECK(next.value("b") == 1);
  CHECK(next.count("SELECT count(*) FROM audit_mutation") == 3);
}

TEST_CASE("an engine that is lost commits nothing any more, although its connection would") {
  Store store;
  {
    Bench bench(store);
    bench.write(add("a", "k1"));
    bench.engine().lose("whatever it was");
    auto const reply = bench.write(add("a", "k2"));
    CHECK(reply.status == Status::NOT_COMMITTED);
    CHECK(error_of(reply) == "BUSY");
  }
  CHECK(Bench(store).value("a") == 1);
}

TEST_CASE("a commit whose sync failed is looked up, written anew and acknowledged if it is there") {
  FaultVfs disk("sync-once");
  Store store;
  {
    Bench bench(store, on(store, disk));
    bench.write(add("a", "k1"));
    disk.inject({.operation = FileOperation::sync, .file = FileKind::wal, .code = SQLITE_IOERR_FSYNC, .os_error = EIO});
    disk.reset_counts();
    auto const replies = bench.write_all({add("a", "k2"), fail_by(Way::refuse, "c", "k3"), add("a", "k2")});
    REQUIRE(disk.fired());
    CHECK(replies[0].commit_seq == 2U);
    CHECK(error_of(replies[1]) == "REFUSED");
    CHECK(replies[2].commit_seq == 2U);
    // Into the database itself: the device may have forgotten what it failed to sync.
    CHECK(disk.count(FileOperation::sync, FileKind::database) >= 1);
    CHECK(bench.engine().health() == Health::sound);
    CHECK(bench.write(add("a", "k4")).commit_seq == 3U);
  }
  Bench next(store);
  CHECK(next.value("a") == 3);
  CHECK(next.count("SELECT count(*) FROM ledger") == 4);
}

TEST_CASE("a full disk undoes a group as a whole, says so, and everybody in it can repeat once there is room") {
  FaultVfs disk("full");
  Store store;
  bool const first = GENERATE(true, false);  // whether the tenure has not raised the epoch yet
  {
    Bench before(store);
    before.write(add("a", "k1"));
  }
  Bench bench(store, on(store, disk));
  if (!first) bench.write(add("z", "k0"));
  auto const commits = bench.engine().ledger().commit_seq();
  disk.inject(kFullDisk);
  auto rehearsal = add("d", "k5");
  rehearsal.dry_run = ipc::DryRun::yes;
  auto const replies =
      bench.write_all({add("a", "k1"), add("b", "k2"), fail_by(Way::refuse, "c", "k3"), add("b", "k2"),
                       add("b", "k2", "bob"), add("x", "k1", "bob"), rehearsal, fail_by(Way::busy, "e", "k6")});
  REQUIRE(disk.fired());
  CHECK(replies[0].commit_seq == 1U);
  for (std::size_t const i : {1, 2, 3, 4}) {
    INFO("member " << i);
    CHECK(error_of(replies[i]) == "DISK_FULL");
    CHECK(replies[i].status == Status::NOT_COMMITTED);
    CHECK(replies[i].vouched == ipc::Vouched::yes);
  }
  CHECK(error_of(replies[5]) == "REQUEST_ID_CONFLICT");
  // What these would have been told may rest on rows that are undone.
  CHECK(error_of(replies[6]) == "DISK_FULL");
  CHECK(error_of(replies[7]) == "DISK_FULL");
  CHECK(bench.engine().health() == Health::sound);
  auto const complaints = bench.engine().take_complaints();
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].find("database or disk is full") != std::string::npos);
  CHECK(error_of(bench.write(add("b", "k2"))) == "DISK_FULL");
  CHECK(value_in(bench.read(get("b"))) == 0);

  disk.clear();
  CHECK(bench.write(add("b", "k2")).commit_seq == commits + 1);
  CHECK(bench.write(add("b", "k2")).commit_seq == commits + 1);
  CHECK(error_of(bench.write(fail_by(Way::refuse, "c", "k3"))) == "REFUSED");
  CHECK(bench.value("b") == 1);
  CHECK(bench.count("SELECT value FROM meta WHERE name = 'epoch'") == 2);
  CHECK(bench.count("SELECT count(*) FROM audit_mutation") == static_cast<std::int64_t>(commits) + 1);
  auto const walked = ledger::verify_chain(bench.engine().database(), audit::Chain::mutations, "store-1");
  CHECK_FALSE(walked.first_break.has_value());
  bench.engine().settle();
  auto const trail = bench.trail(audit::Chain::reads);
  CHECK(std::ranges::count(trail, "NOT_COMMITTED DISK_FULL counter.add") == 4);
  CHECK(std::ranges::count(trail, "NOT_COMMITTED DISK_FULL counter.fail") == 2);
  CHECK(std::ranges::count(trail, "REPLAYED counter.add") == 2);
  CHECK(std::ranges::count(trail, "NOT_COMMITTED REQUEST_ID_CONFLICT counter.add") == 1);
  CHECK(std::ranges::count(trail, "DRY_RUN DISK_FULL counter.add") == 1);
}

TEST_CASE("a group that fails before its commit takes no repeated request's answer away") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  bench.write(fail_by(Way::refuse, "b", "k2"));
  bench.engine().settle();
  // The record of the replay is what cannot be written: there is one already, and this index allows no second.
  bench.engine().database().script("CREATE UNIQUE INDEX no_trail ON audit_read (sequence * 0)");
  auto const replies =
      bench.write_all({add("a", "k1"), fail_by(Way::refuse, "b", "k2"), add("c", "k3"), add("c", "k3")});
  CHECK(replies[0].commit_seq == 1U);
  CHECK(replies[0].vouched == ipc::Vouched::yes);
  CHECK(error_of(replies[1]) == "REFUSED");
  for (std::size_t const i : {2, 3}) {
    CHECK(error_of(replies[i]) == "CORRUPT");
    CHECK(replies[i].status == Status::NOT_COMMITTED);
    // The ledger was asked, and what was written after that is rolled back.
    CHECK(replies[i].vouched == ipc::Vouched::yes);
  }
  CHECK(bench.value("c") == 0);
}

TEST_CASE("the ledger vouches for what it holds, and for what it was asked about and does not hold") {
  Store store;
  Bench bench(store);
  auto const vouched = [&](ipc::Request const& request) { return bench.write(request).vouched == ipc::Vouched::yes; };
  CHECK(vouched(add("a", "k1")));
  CHECK(vouched(add("a", "k1")));
  CHECK(vouched(add("a", "k1", "bob")));
  CHECK(vouched(fail_by(Way::refuse, "b", "k2")));
  CHECK(vouched(fail_by(Way::refuse, "b", "k2")));
  CHECK(vouched(fail_by(Way::busy, "b", "k3")));
  CHECK(vouched(fail_by(Way::exception, "b", "k4")));
  CHECK_FALSE(vouched(request("counter.add", {{"nonsense", 1}}, "k5")));
  // What a lookup meets that cannot read the ledger says nothing of an earlier attempt.
  bench.engine().database().script("ALTER TABLE ledger RENAME TO elsewhere");
  CHECK_FALSE(vouched(add("a", "k1")));
}

TEST_CASE("every write of the disk may fail once: no request is acknowledged and lost, none is applied twice") {
  for (std::int64_t at = 1;; ++at) {
    INFO("failing write number " << at);
    FaultVfs disk("every-write");
    Store store;
    std::vector<ipc::Reply> replies;
    bool fired = false;
    {
      Bench bench(store, on(store, disk));
      disk.inject({.operation = FileOperation::write,
                   .file = FileKind::any,
                   .at = at,
                   .code = SQLITE_FULL,
                   .os_error = ENOSPC});
      replies = bench.write_all({add("a", "k1"), add("b", "k2")});
      fired = disk.fired();
      disk.clear();
    }
    Bench next(store);
    for (std::size_t i = 0; i < 2; ++i) {
      // Writing fails, reading does not: so it can be found out.
      CHECK(replies[i].status != Status::UNKNOWN);
      auto const name = std::string(1, static_cast<char>('a' + i));
      auto const before = next.value(name);
      if (replies[i].status == Status::COMMITTED) CHECK(before == 1);
      if (replies[i].status == Status::NOT_COMMITTED) CHECK(before == 0);
      CHECK(next.write(add(name, "k" + std::to_string(i + 1))).status == Status::COMMITTED);
      CHECK(next.value(name) == 1);
    }
    if (!fired) {
      // The header of the log with the frames behind it, at the least.
      CHECK(at > 1);
      break;
    }
  }
}

TEST_CASE("a commit into a log that was removed, replaced or cut off is not acknowledged") {
  Store store;
  Bench bench(store);
  CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
  SECTION("removed") {
    fs::remove(store.paths().wal);
  }
  SECTION("replaced") {
    test::write_file(store.paths().wal + "-other", "");
    fs::rename(store.paths().wal + "-other", store.paths().wal);
  }
  SECTION("cut off") {
    fs::resize_file(store.paths().wal, 0);
  }
  SECTION("the database was replaced") {
    fs::rename(store.paths().database, store.paths().database + "-moved");
    test::write_file(store.paths().database, "");
  }
  expect_unknown(bench.write_all({add("a", "k2"), add("b", "k3")}));
  CHECK(bench.engine().health() == Health::lost);
  CHECK(bench.write(add("a", "k4")).status != Status::COMMITTED);
}

TEST_CASE("settling into a log that was removed ends the engine") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  bench.read(get("a"));
  fs::remove(store.paths().wal);
  bool const at_end = GENERATE(false, true);
  at_end ? bench.engine().settle_at_end() : bench.engine().settle();
  CHECK(bench.engine().health() == Health::lost);
}

TEST_CASE("settling whose commit fails ends the engine, instead of leaving it to refuse everybody") {
  FaultVfs disk("settling");
  Store store;
  Bench bench(store, on(store, disk));
  bench.write(add("a", "k1"));
  bench.read(get("a"));
  disk.inject({.operation = FileOperation::sync, .file = FileKind::wal, .code = SQLITE_IOERR_FSYNC, .os_error = EIO});
  bench.engine().settle();
  CHECK(disk.fired());
  CHECK(bench.engine().health() == Health::lost);
}

TEST_CASE("an engine that another tenure has fenced off commits nothing and says so") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  bench.engine().database().execute("UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
  auto const reply = bench.write(add("a", "k2"));
  CHECK(reply.status == Status::NOT_COMMITTED);
  CHECK(error_of(reply) == "BUSY");
  CHECK(bench.engine().health() == Health::lost);
  CHECK(bench.value("a") == 1);
}

TEST_CASE("what was acknowledged before its log was removed is saved, also what nobody noticed until the end") {
  Store store;
  bool const noticed_by_a_write = GENERATE(true, false);
  {
    Bench bench(store);
    for (int i = 1; i <= 5; ++i) bench.write(add("a", "k" + std::to_string(i)));
    fs::remove(store.paths().wal);
    if (noticed_by_a_write) expect_unknown(bench.write_all({add("a", "k6")}));
    bench.engine().settle();
    CHECK(bench.engine().health() == Health::lost);
    auto const complaints = bench.engine().take_complaints();
    REQUIRE(complaints.size() == 2);
    CHECK(complaints[1].find("is saved") != std::string::npos);
  }
  CHECK(read_losses(store.paths().directory).empty());
  Bench next(store);
  for (int i = 1; i <= 5; ++i)
    CHECK(next.write(add("a", "k" + std::to_string(i))).commit_seq == static_cast<std::uint64_t>(i));
  CHECK(next.write(add("a", "k6")).commit_seq == 6U);
  CHECK(next.value("a") == 6);
  CHECK_FALSE(ledger::verify_chain(next.engine().database(), audit::Chain::mutations, "store-1").first_break);
}

TEST_CASE("what cannot be saved is put on record, and nothing is written over what is there now") {
  Store store;
  Bench bench(store);
  for (int i = 1; i <= 5; ++i) bench.write(add("a", "k" + std::to_string(i)));
  std::string stranger;
  SECTION("another log stands at the name") {
    stranger = test::read_file(store.paths().wal);
    test::write_file(store.paths().wal + "-other", stranger);
    fs::rename(store.paths().wal + "-other", store.paths().wal);
  }
  SECTION("the log was cut off") {
    fs::resize_file(store.paths().wal, 100);
    stranger = test::read_file(store.paths().wal);
  }
  SECTION("somebody has written to the database since") {
    fs::remove(store.paths().wal);
    fs::last_write_time(store.paths().database, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  auto const database = test::read_file(store.paths().database);
  bench.engine().settle();
  CHECK(bench.engine().health() == Health::lost);
  auto const losses = read_losses(store.paths().directory);
  REQUIRE(losses.size() == 1);
  CHECK(losses[0].commit_seq == 5);
  CHECK(test::read_file(store.paths().database) == database);
  if (!stranger.empty()) CHECK(test::read_file(store.paths().wal) == stranger);
}

TEST_CASE("a log that is cut off before anything was read of it is no damage of the store, and goes on record") {
  Store store;
  {
    auto options = Bench::options_of(store);
    options.on_close = storage::OnClose::keep_wal;
    Bench before(store, options);
    for (int i = 1; i <= 5; ++i) before.write(add("a", "k" + std::to_string(i)));
  }
  bool const by_a_write = GENERATE(true, false);
  {
    Bench bench(store);
    fs::resize_file(store.paths().wal, 0);
    auto const reply = by_a_write ? bench.write(add("b", "k6")) : bench.read(get("a"));
    CHECK(error_of(reply) == "UNREACHABLE");
    CHECK(reply.status == Status::NOT_COMMITTED);
    // Whoever repeats a write is to meet a successor, not the same engine.
    if (by_a_write) CHECK(bench.engine().health() == Health::lost);
    bench.engine().settle();
    CHECK(bench.engine().health() == Health::lost);
    auto const losses = read_losses(store.paths().directory);
    REQUIRE(losses.size() == 1);
    CHECK(losses[0].commit_seq == 5);
  }
  CHECK(fs::file_size(store.paths().wal) == 0);
}

TEST_CASE("a store that took another one's place gets neither the other's commits nor a record of their loss") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  fs::remove(store.paths().wal);
  fs::remove(store.paths().database);
  test::write_file(store.paths().database, "somebody else's");
  bench.engine().settle();
  CHECK(bench.engine().health() == Health::lost);
  CHECK(test::read_file(store.paths().database) == "somebody else's");
  CHECK(read_losses(store.paths().directory).empty());
}

}  // namespace decapod::broker
