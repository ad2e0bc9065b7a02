// A subsystem has no tables before its first write, and nobody can tell.

#include <decapod/storage/migration.h>
#include <decapod/storage/transaction.h>

#include <algorithm>
#include <filesystem>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;
namespace fs = std::filesystem;

bool has_tables(Bench& bench) {
  return has_counters(bench.engine().database());
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
// As a restore leaves it that carried something of theirs over.
constexpr std::string_view kOnlyAKey =
    "DROP TABLE counter; DELETE FROM schema_version WHERE subsystem = 'counter';"
    "DELETE FROM audit_index WHERE term = 'db:counter';"
    "INSERT INTO audit_index (term, sequence) VALUES ('key:counter/carried/1', 1)";
constexpr std::string_view kNoIndex =
    "DROP TABLE counter; DELETE FROM schema_version WHERE subsystem = 'counter'; DROP TABLE audit_index";
// And nothing else tells of them any more.
constexpr std::string_view kOnlyTheNote =
    "DROP TABLE counter; DELETE FROM schema_version WHERE subsystem = 'counter'; DELETE FROM audit_index;"
    "DELETE FROM audit_mutation; DELETE FROM ledger";
constexpr std::string_view kForgetTheNote = "DELETE FROM meta WHERE name = 'subsystems'";

std::string note_in(storage::Database& database) {
  auto rows = database.query("SELECT value FROM meta WHERE name = 'subsystems'");
  return rows.next() ? rows.text(0) : std::string();
}

}  // namespace

TEST_CASE("the tables of a subsystem are made by the first write that it is asked for, and stay") {
  Store store;
  { Bench const made(store); }
  {
    Bench bench(store);
    CHECK_FALSE(has_tables(bench));
    CHECK(note_in(bench.engine().database()).empty());
    CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
    CHECK(has_tables(bench));
    CHECK(note_in(bench.engine().database()) == "counter ");
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

TEST_CASE("a store does not open, and looks empty to nobody, where tables were taken away or count as not made") {
  Store store;
  { CHECK(Bench(store).write(add("a", "k1")).status == Status::COMMITTED); }
  bool const noted = GENERATE(true, false);
  if (!noted) tamper(store, kForgetTheNote);
  tamper(store, GENERATE(kForget, kTakeAway, kOnlyAKey, kNoIndex));
  auto const directory = counters();
  auto options = Bench::options_of(store);
  options.mode = GENERATE(storage::OpenMode::read_write, storage::OpenMode::read_immutable);
  auto const opened = Engine::open(options, directory, store.clock());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::corrupt);
  CHECK(opened.error().message.find("counter") != std::string::npos);
}

TEST_CASE("a subsystem that was noted as begun never counts as unused") {
  Store store;
  { CHECK(Bench(store).write(add("a", "k1")).status == Status::COMMITTED); }
  tamper(store, kOnlyTheNote);
  auto const directory = counters();
  auto const opened = Engine::open(Bench::options_of(store), directory, store.clock());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::corrupt);
  CHECK(opened.error().message.find("they were noted") != std::string::npos);
}

TEST_CASE("a subsystem that the store denies is neither empty nor begun anew where there is a trace of it") {
  Store store;
  { CHECK(Bench(store).write(add("a", "k1")).status == Status::COMMITTED); }
  tamper(store, std::string(GENERATE(kForget, kTakeAway, kOnlyAKey, kNoIndex)) +
                    "; UPDATE meta SET value = '' WHERE name = 'subsystems'");
  Bench bench(store);
  for (int i = 0; i < 2; ++i) CHECK(error_of(bench.read(get("a"))) == "CORRUPT");
  for (auto const* key : {"k2", "k3"}) CHECK(error_of(bench.write(add("a", key))) == "CORRUPT");
}

TEST_CASE("what is put in a store's place is not believed what it notes") {
  Store store;
  { CHECK(Bench(store).write(add("a", "k1")).status == Status::COMMITTED); }
  tamper(store, std::string(GENERATE(kForget, kTakeAway, kOnlyAKey, kNoIndex)) +
                    "; UPDATE meta SET value = '' WHERE name = 'subsystems'");
  auto const directory = counters();
  auto options = Bench::options_of(store);
  options.standing = contract::Standing::staged;
  auto const opened = Engine::open(options, directory, store.clock());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::corrupt);
  CHECK(opened.error().message.find("counter") != std::string::npos);
}

TEST_CASE("tables that an older decapod made, and did not note, are noted by the first write") {
  Store store;
  { CHECK(Bench(store).write(add("a", "k1")).status == Status::COMMITTED); }
  tamper(store, kForgetTheNote);
  Bench bench(store);
  CHECK(bench.value("a") == 1);
  CHECK(note_in(bench.engine().database()).empty());
  CHECK(bench.write(fail_by(Way::roll_back, "b", "k2")).status == Status::NOT_COMMITTED);
  CHECK(note_in(bench.engine().database()).empty());
  CHECK(bench.write(add("a", "k3")).status == Status::COMMITTED);
  CHECK(note_in(bench.engine().database()) == "counter ");
}

TEST_CASE("a dry run, and a write that is none, make no tables") {
  Store store;
  Bench bench(store);
  auto imagined = add("a", "k1");
  imagined.dry_run = ipc::DryRun::yes;
  auto const reply = bench.write(imagined);
  CHECK_FALSE(reply.error);
  CHECK(value_in(reply) == 1);
  CHECK(error_of(bench.write(request("counter.add", {{"nonsense", 1}}, "k2"))) == "BAD_REQUEST");
  auto late = add("a", "k3");
  late.timeout_ms = 0;
  CHECK(bench.write(late).status == Status::NOT_COMMITTED);
  CHECK_FALSE(has_tables(bench));
  CHECK(value_in(bench.read(get("a"))) == 0);
  // Beside one that does make them.
  auto const replies = bench.write_all({imagined, add("a", "k4"), imagined});
  CHECK(value_in(replies[0]) == 1);
  CHECK(replies[1].status == Status::COMMITTED);
  CHECK(value_in(replies[2]) == 2);
  CHECK(bench.value("a") == 1);
}

}  // namespace decapod::broker
