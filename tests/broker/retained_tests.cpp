// Whether the store still has what was acknowledged: what the next leader finds out, and what the last one puts on
// record.

#include <decapod/broker/remains.h>
#include <decapod/contract/lost_line.h>
#include <decapod/storage/page_copy.h>
#include <fault_vfs.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "losses_bench.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;
namespace fs = std::filesystem;

// Three commits in the database, and two in a log that nobody holds.
void leave_a_log(Store& store) {
  {
    Bench first(store);
    write_many(first, 1, 3);
  }
  Bench second(store, handing_over(store));
  write_many(second, 4, 5);
}

}  // namespace

TEST_CASE("each acknowledgement is witnessed beside the store before it goes out, and no refusal and no read is") {
  Store store;
  Bench bench(store);
  CHECK_FALSE(witness_of(store).has_value());
  bench.read(get("a"));
  bench.write(fail_by(Way::refuse, "b", "r1"));
  bench.engine().settle();
  CHECK_FALSE(witness_of(store).has_value());
  for (std::uint64_t i = 1; i <= 3; ++i) {
    write_many(bench, static_cast<int>(i), static_cast<int>(i));
    auto const last = witness_of(store);
    REQUIRE(last.has_value());
    CHECK(last->store_uuid == "store-1");
    CHECK(last->generation == 1);
    CHECK(last->epoch == 1);
    CHECK(last->commit_seq == i);
  }
  struct stat facts {};
  REQUIRE(stat(witness_path(store.paths().directory).c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777U) == 0600);
}

TEST_CASE("a log that goes between two leaders is missed by the next one, which puts the very commits on record") {
  Store store;
  leave_a_log(store);
  SECTION("removed") {
    fs::remove(store.paths().wal);
  }
  SECTION("cut to nothing") {
    fs::resize_file(store.paths().wal, 0);
  }
  SECTION("cut in its header") {
    fs::resize_file(store.paths().wal, 20);
  }
  SECTION("replaced") {
    fs::remove(store.paths().wal);
    write_file(store.paths().wal, std::string(10'000, 'x'));
  }
  std::optional<std::uint64_t> epoch_after;
  {
    Bench next(store);
    auto const losses = losses_of(store);
    REQUIRE(losses.size() == 1);
    CHECK(losses[0].after == 3);
    CHECK(losses[0].commit_seq == 5);
    CHECK(losses[0].extent == Extent::exact);
    CHECK(extent_in_words(losses[0]) == "commits 4 to 5 are gone");
    CHECK(next.engine().take_complaints().size() == 1);
    // What was lost may have had tokens and ids of the generation that it ends.
    CHECK(next.engine().facts().generation == 2);
    CHECK(witness_of(store)->generation == 2);
    // It serves what there is.
    auto const reply = next.write(add("b", "k6"));
    CHECK(reply.status == Status::COMMITTED);
    CHECK(reply.commit_seq == 4U);
    epoch_after = reply.epoch;
    // Nobody gets a marker that was given out before.
    CHECK(reply.epoch == 3U);
    CHECK(next.write(add("a", "k5")).commit_seq == 5U);
    next.engine().settle();
    CHECK(next.trail(audit::Chain::reads) == std::vector<std::string>{"GAP commits 4 to 5 are gone broker.losses"});
  }
  // Once on record it is not found again.
  Bench last(store);
  CHECK(losses_of(store).size() == 1);
  CHECK(last.engine().facts().generation == 2);
  CHECK(last.write(add("b", "k7")).epoch == *epoch_after + 1);
  CHECK_FALSE(ledger::verify_chain(last.engine().database(), audit::Chain::mutations, "store-1").first_break);
}

TEST_CASE("a broker whose winner's commit is gone says so, and goes on above the epoch that went with it") {
  Store store;
  std::uint64_t epoch = 0;
  {
    Bench winner(store, handing_over(store));
    write_many(winner, 1, 1);
    epoch = winner.engine().ledger().epoch();
  }
  fs::resize_file(store.paths().wal, 0);
  auto handed = Bench::options_of(store);
  handed.tenure_epoch = epoch;
  // The tables went with it.
  Bench broker(store, handed);
  auto const reply = broker.write(add("a", "k1"));
  CHECK(reply.status == Status::COMMITTED);
  CHECK(reply.epoch > epoch);
  REQUIRE(losses_of(store).size() == 1);
  CHECK(extent_in_words(losses_of(store)[0]) == "commit 1 is gone");
}

TEST_CASE("a store that has all that was acknowledged loses nothing by being opened") {
  Store store;
  leave_a_log(store);
  SECTION("with a log") {}
  SECTION("folded") {
    Bench folding(store);
  }
  SECTION("with more than was witnessed, as after a death or a loss of power before the acknowledgement") {
    Witness(store.paths().directory).write({.store_uuid = "store-1", .generation = 1, .epoch = 1, .commit_seq = 2});
  }
  SECTION("with no witness") {
    fs::remove(witness_path(store.paths().directory));
  }
  SECTION("with one that a loss of power has emptied") {
    write_file(witness_path(store.paths().directory), std::string(256, '\0'));
  }
  SECTION("with the witness of another store") {
    Witness(store.paths().directory).write({.store_uuid = "store-2", .generation = 1, .epoch = 9, .commit_seq = 99});
  }
  SECTION("with one whose numbers nobody has written") {
    Witness(store.paths().directory)
        .write({.store_uuid = "store-1", .generation = 1, .epoch = std::uint64_t{1} << 60, .commit_seq = 9});
  }
  SECTION("with one of a generation that no store can have") {
    Witness(store.paths().directory)
        .write({.store_uuid = "store-1", .generation = std::int64_t{1} << 21, .epoch = 2, .commit_seq = 9});
  }
  SECTION("with the witness of the generation before a restore") {
    Witness(store.paths().directory).write({.store_uuid = "store-1", .generation = 0, .epoch = 9, .commit_seq = 99});
  }
  Bench next(store);
  CHECK(losses_of(store).empty());
  CHECK(next.value("a") == 5);
  CHECK(next.write(add("a", "k6")).epoch == 3U);
  CHECK(witness_of(store)->commit_seq == 6);
  CHECK(witness_of(store)->store_uuid == "store-1");
}

TEST_CASE("a commit whose maker died before it was witnessed is missed once a successor may have told it") {
  Store store;
  leave_a_log(store);
  SECTION("behind by one") {
    Witness(store.paths().directory).write({.store_uuid = "store-1", .generation = 1, .epoch = 2, .commit_seq = 4});
  }
  SECTION("of another store") {
    Witness(store.paths().directory).write({.store_uuid = "store-2", .generation = 1, .epoch = 2, .commit_seq = 4});
  }
  SECTION("none") {
    fs::remove(witness_path(store.paths().directory));
  }
  {
    Bench reader(store, handing_over(store));
    CHECK(value_in(reader.read(get("a"))) == 5);
  }
  fs::remove(store.paths().wal);
  Bench next(store);
  REQUIRE(losses_of(store).size() == 1);
  CHECK(extent_in_words(losses_of(store)[0]) == "commits 4 to 5 are gone");
}

TEST_CASE("a loss that a leader found who only read keeps its epoch to itself") {
  Store store;
  leave_a_log(store);
  fs::remove(store.paths().wal);
  {
    Bench reader(store);
    reader.read(get("a"));
  }
  Bench writer(store);
  auto const reply = writer.write(add("a", "k4"));
  CHECK(reply.commit_seq == 4U);
  // 2.4 was given out, and went with the log.
  CHECK(reply.epoch == 3U);
  CHECK(losses_of(store).size() == 1);
}

TEST_CASE("a generation whose beginning goes with the log is not begun again, and nothing is on record twice") {
  Store store;
  leave_a_log(store);
  fs::remove(store.paths().wal);
  {
    Bench reader(store, handing_over(store));
    CHECK(reader.engine().facts().generation == 2);
  }
  fs::remove(store.paths().wal);
  {
    Bench next(store, handing_over(store));
    CHECK(next.engine().facts().generation == 3);
    CHECK(losses_of(store).size() == 1);
    // Above 2.5, although the store forgot that there was one.
    CHECK(next.write(add("a", "k4")).epoch == 3U);
  }
  fs::remove(store.paths().wal);
  Bench last(store);
  CHECK(last.engine().facts().generation == 4);
  REQUIRE(losses_of(store).size() == 2);
  CHECK(extent_in_words(losses_of(store)[1]) == "commit 4 is gone");
  auto const lines = contract::lost_lines(last.engine().database());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].generation == 3);
  CHECK(lines[0].commit_seq == 3);
}

TEST_CASE("a leader that dies between the generation after a loss and its record leaves the record to the next one") {
  Store store;
  leave_a_log(store);
  auto const before = *witness_of(store);
  fs::remove(store.paths().wal);
  { Bench killed(store); }
  fs::remove(losses_path(store.paths().directory));
  Witness(store.paths().directory).write(before);
  for (int i = 0; i < 2; ++i) {
    Bench next(store);
    CHECK(next.engine().facts().generation == 2);
    REQUIRE(losses_of(store).size() == 1);
    CHECK(extent_in_words(losses_of(store)[0]) == "commits 4 to 5 are gone");
  }
}

TEST_CASE("a loss that cannot be put on record is found again by the next leader") {
  Store store;
  leave_a_log(store);
  fs::remove(store.paths().wal);
  auto const record = losses_path(store.paths().directory);
  fs::create_directory(record);
  {
    Bench next(store);
    auto const complaints = next.engine().take_complaints();
    REQUIRE(complaints.size() == 1);
    CHECK(complaints[0].find("could not be put on record") != std::string::npos);
  }
  fs::remove(record);
  Bench last(store);
  CHECK(losses_of(store).size() == 1);
}

TEST_CASE("a witness that is another name of the database is neither written nor believed") {
  Store store;
  {
    Bench first(store);
    write_many(first, 1, 1);
  }
  auto const path = witness_path(store.paths().directory);
  fs::remove(path);
  fs::create_hard_link(store.paths().database, path);
  {
    Bench bench(store);
    write_many(bench, 2, 2);
  }
  fs::remove(path);
  Bench next(store);
  CHECK(next.value("a") == 2);
}

TEST_CASE("a store that only its witness remembers is not made anew") {
  Store store;
  {
    Bench bench(store);
    write_many(bench, 1, 1);
  }
  fs::remove(store.paths().database);
  auto const lost = lost_database(store.paths());
  REQUIRE(lost.has_value());
  CHECK(lost->details.at("sign").as_string() == witness_path(store.paths().directory));
}

TEST_CASE("what the last fold cannot reach is saved or put on record, and what it can is left to the next leader") {
  FaultVfs disk("last-fold");
  Store store;
  auto options = Bench::options_of(store);
  options.vfs = disk.name();
  {
    Bench bench(store, options);
    write_many(bench, 1, 3);
    bench.engine().fold(storage::CheckpointMode::passive);
    write_many(bench, 4, 5);
    std::size_t lost = 0;
    SECTION("the log was removed") {
      fs::remove(store.paths().wal);
    }
    SECTION("the log was cut off") {
      fs::resize_file(store.paths().wal, 50);
      lost = 1;
    }
    SECTION("the log is cut off while it is folded") {
      disk.meanwhile({.operation = FileOperation::sync, .file = FileKind::wal},
                     [&] { fs::resize_file(store.paths().wal, 50); });
      lost = 1;
    }
    SECTION("the device fails") {
      disk.inject(
          {.operation = FileOperation::write, .file = FileKind::database, .code = SQLITE_FULL, .os_error = ENOSPC});
    }
    bench.engine().close();
    CHECK_FALSE(bench.engine().take_complaints().empty());
    auto const losses = losses_of(store);
    REQUIRE(losses.size() == lost);
    if (lost > 0) {
      CHECK(losses[0].extent == Extent::at_most);
      CHECK(extent_in_words(losses[0]) == "commits 4 to 5, or some of them, may be gone");
    }
    disk.clear();
  }
  auto const before = losses_of(store).size();
  Bench next(store);
  auto const losses = losses_of(store);
  REQUIRE(losses.size() == 2 * before);
  if (before > 0) {
    CHECK(losses[1].extent == Extent::exact);
    CHECK(losses[1].after == 3);
  }
  CHECK(next.value("a") == (before > 0 ? 3 : 5));
}

TEST_CASE("what a store that cannot be opened has in its log stays there") {
  Store store;
  leave_a_log(store);
  auto const log = read_file(store.paths().wal);
  auto const database = read_file(store.paths().database);
  {
    // A commit of the opening fails: the identity's, the migrations', or, as here, what is read first.
    FaultVfs disk("failing-opening");
    auto options = Bench::options_of(store);
    options.vfs = disk.name();
    disk.inject({.operation = FileOperation::sync, .file = FileKind::wal, .code = SQLITE_IOERR_FSYNC, .os_error = EIO});
    auto const directory = counters();
    REQUIRE_FALSE(Engine::open(options, directory, store.clock()).has_value());
  }
  CHECK(read_file(store.paths().wal) == log);
  CHECK(read_file(store.paths().database) == database);
}

TEST_CASE("a commit that fails while a copy is made is found out about, and the engine goes on") {
  FaultVfs disk("beside-a-copy");
  Store store;
  auto options = Bench::options_of(store);
  options.vfs = disk.name();
  Bench bench(store, options);
  write_many(bench, 1, 3);
  bench.engine().fold(storage::CheckpointMode::passive);
  auto const path = store.paths().directory + "/copy.db";
  write_file(path, "");
  storage::PageCopy copy(bench.engine().database(), path);
  static_cast<void>(copy.advance(SteadyTime()));
  disk.inject({.operation = FileOperation::sync, .file = FileKind::wal, .code = SQLITE_FULL, .os_error = ENOSPC});
  auto const reply = bench.write(add("a", "k4"));
  CHECK(disk.fired());
  CHECK(error_of(reply) == "DISK_FULL");
  CHECK(reply.vouched == ipc::Vouched::yes);
  CHECK(bench.engine().health() == Health::sound);
  CHECK(copy.advance(SteadyTime()) == storage::CopyState::ended);
  CHECK(bench.write(add("a", "k4")).status == Status::COMMITTED);
}

}  // namespace decapod::broker
