// A subsystem has no tables before its first write, and nobody can tell.

#include <decapod/storage/migration.h>
#include <decapod/storage/transaction.h>

#include <filesystem>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;
namespace fs = std::filesystem;

bool has_tables(Bench& bench) {
  return storage::has_tables(bench.engine().database(), "counter");
}

// Everything in the store's two files.
std::string bytes_of(Store const& store) {
  auto const& paths = store.paths();
  return read_file(paths.database) + (fs::exists(paths.wal) ? read_file(paths.wal) : "");
}

// As nobody but somebody else's program does it.
void tamper(Store& store, std::string_view sql) {
  Bench bench(store);
  storage::Transaction transaction(bench.engine().database(), storage::TransactionKind::write);
  bench.engine().database().script(sql);
  transaction.commit();
}

constexpr std::string_view kForget = "DELETE FROM schema_version WHERE subsystem = 'counter'";
constexpr std::string_view kTakeAway = "DROP TABLE counter; DELETE FROM schema_version WHERE subsystem = 'counter'";

}  // namespace

TEST_CASE("the tables of a subsystem are made by the first write that it is asked for, and stay") {
  Store store;
  {
    Bench bench(store);
    CHECK_FALSE(has_tables(bench));
    CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
    CHECK(has_tables(bench));
  }
  Bench again(store);
  CHECK(has_tables(again));
  CHECK(again.value("a") == 1);
  CHECK(again.write(add("a", "k2")).status == Status::COMMITTED);
  CHECK(again.value("a") == 2);
}

TEST_CASE("a read of what was never written to finds nothing, and writes nothing") {
  Store store;
  { Bench const made(store); }
  auto const before = bytes_of(store);
  auto options = Bench::options_of(store);
  options.mode = GENERATE(storage::OpenMode::read_write, storage::OpenMode::read_immutable);
  {
    Bench bench(store, options);
    for (int i = 0; i < 2; ++i) CHECK(value_in(bench.read(get("a"))) == 0);
    CHECK_FALSE(has_tables(bench));
  }
  CHECK(bytes_of(store) == before);
}

TEST_CASE("what is written after a read of nothing is read") {
  Store store;
  Bench bench(store);
  CHECK(value_in(bench.read(get("a"))) == 0);
  CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
  CHECK(value_in(bench.read(get("a"))) == 1);
  CHECK(bench.value("a") == 1);
}

TEST_CASE("a first write that SQLite throws away leaves no tables, and one behind it makes them") {
  Store store;
  Bench bench(store);
  if (GENERATE(false, true)) CHECK(value_in(bench.read(get("a"))) == 0);
  CHECK(bench.write(fail_by(GENERATE(Way::roll_back, Way::interrupt), "a", "k1")).status == Status::NOT_COMMITTED);
  CHECK_FALSE(has_tables(bench));
  CHECK(value_in(bench.read(get("a"))) == 0);
  CHECK(bench.write(add("a", "k2")).status == Status::COMMITTED);
  CHECK(value_in(bench.read(get("a"))) == 1);
}

TEST_CASE("of a first group, the others are committed without the one that threw it away") {
  Store store;
  Bench bench(store);
  auto const replies = bench.write_all({add("a", "k1"), fail_by(Way::roll_back, "b", "k2"), add("c", "k3")});
  CHECK(replies[0].status == Status::COMMITTED);
  CHECK(replies[1].status == Status::NOT_COMMITTED);
  CHECK(replies[2].status == Status::COMMITTED);
  CHECK(bench.value("a") == 1);
  CHECK(bench.value("b") == 0);
  CHECK(bench.value("c") == 1);
}

TEST_CASE("nothing looks empty because somebody took its tables away, or says that there are none") {
  Store store;
  { CHECK(Bench(store).write(add("a", "k1")).status == Status::COMMITTED); }
  tamper(store, GENERATE(kForget, kTakeAway));
  Bench bench(store);
  auto const read = bench.read(get("a"));
  CHECK(error_of(read) == "CORRUPT");
  auto const written = bench.write(add("a", "k2"));
  CHECK(written.status == Status::NOT_COMMITTED);
  CHECK(error_of(written) == "CORRUPT");
}

}  // namespace decapod::broker
