// Commits whose outcome nobody can know: what is said then, and what is never said again.

#include <fault_vfs.h>

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

void expect_unknown(std::vector<ipc::Reply> const& replies) {
  for (auto const& reply : replies) {
    CHECK(reply.status == Status::UNKNOWN);
    CHECK(error_of(reply) == "OUTCOME_UNKNOWN");
    CHECK(reply.commit_seq == std::nullopt);
  }
}

}  // namespace

TEST_CASE("when a commit fails everybody in it hears that the outcome is unknown, and nothing is acknowledged after") {
  FaultVfs disk("outcome");
  Store store;
  {
    Bench bench(store, on(store, disk));
    CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
    disk.inject({.operation = FileOperation::sync, .file = FileKind::wal, .code = SQLITE_IOERR_FSYNC, .os_error = EIO});
    expect_unknown(bench.write_all({add("a", "k2"), add("b", "k3"), fail_by(Way::refuse, "c", "k4")}));
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
      auto const name = std::string(1, static_cast<char>('a' + i));
      auto const before = next.value(name);
      if (replies[i].status == Status::COMMITTED) CHECK(before == 1);
      if (replies[i].status == Status::NOT_COMMITTED) CHECK(before == 0);
      CHECK(next.write(add(name, "k" + std::to_string(i + 1))).status == Status::COMMITTED);
      CHECK(next.value(name) == 1);
    }
    if (!fired) {
      CHECK(at > 3);
      break;
    }
  }
}

TEST_CASE("a commit into a log that was removed or replaced is not acknowledged") {
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
  bench.engine().settle();
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
  CHECK(bench.engine().health() == Health::lost);
  CHECK(bench.value("a") == 1);
}

}  // namespace decapod::broker
