#include <decapod/broker/trail_export.h>
#include <decapod/ledger/agreement.h>
#include <decapod/ledger/trail.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using audit::Chain;
using ipc::Status;
using Lines = std::vector<std::string>;
namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a new store gets its name once and keeps it") {
  Store store;
  { CHECK(Bench(store).engine().facts().store_uuid == "store-1"); }
  auto options = Bench::options_of(store);
  options.fresh_store_uuid = "store-2";
  Bench again(store, options);
  CHECK(again.engine().facts().store_uuid == "store-1");
  CHECK(again.engine().facts().generation == 1);
}

TEST_CASE("numbers go on from tenure to tenure, and each tenure that writes has an epoch of its own") {
  Store store;
  for (std::uint64_t tenure = 1; tenure <= 3; ++tenure) {
    Bench bench(store);
    auto const reply = bench.write(add("a", "k" + std::to_string(tenure)));
    CHECK(reply.epoch == tenure);
    CHECK(reply.commit_seq == tenure);
  }
}

TEST_CASE("the broker that a winner leaves behind goes on in the winner's epoch") {
  Store store;
  std::uint64_t epoch = 0;
  {
    auto options = Bench::options_of(store);
    options.on_close = storage::OnClose::keep_wal;
    Bench winner(store, options);
    winner.write(add("a", "k1"));
    epoch = winner.engine().ledger().epoch();
  }
  auto options = Bench::options_of(store);
  options.tenure_epoch = epoch;
  Bench broker(store, options);
  auto const reply = broker.write(add("a", "k2"));
  CHECK(reply.epoch == epoch);
  CHECK(reply.commit_seq == 2U);
}

TEST_CASE("a store that lost its name, and is not new, is not named anew") {
  Store store;
  { Bench(store).write(add("a", "k1")); }
  {
    Bench bench(store);
    bench.engine().database().script("DELETE FROM meta");
  }
  auto const directory = counters();
  auto const opened = Engine::open(Bench::options_of(store), directory, store.clock());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::corrupt);
}

TEST_CASE("after a crashed predecessor the trail of reads states the gap") {
  Store store;
  { Bench(store).write(add("a", "k1")); }
  auto options = Bench::options_of(store);
  options.predecessor = Predecessor::crashed;
  Bench bench(store, options);
  bench.read(get("a"));
  bench.engine().settle();
  auto const trail = bench.trail(Chain::reads);
  REQUIRE(trail.size() == 2);
  CHECK(trail[0].starts_with("GAP "));
  CHECK(trail[0].ends_with(" broker.takeover"));
  CHECK(trail[1] == "OK counter.get");
}

TEST_CASE("a store that cannot be written answers reads, says that they are not recorded, and refuses writes") {
  Store store;
  auto options = Bench::options_of(store);
  SECTION("with a log left by a predecessor") {
    options.on_close = storage::OnClose::keep_wal;
    { Bench(store, options).write(add("a", "k1")); }
    REQUIRE(fs::file_size(store.paths().wal) > 0);
    options.mode = storage::OpenMode::read_wal;
  }
  SECTION("without a log") {
    { Bench(store, options).write(add("a", "k1")); }
    REQUIRE_FALSE(fs::exists(store.paths().wal));
    options.mode = storage::OpenMode::read_immutable;
  }
  auto const before = test::read_file(store.paths().database);
  {
    Bench reader(store, options);
    auto const reply = reader.read(get("a"));
    CHECK(reply.status == Status::OK);
    CHECK(value_in(reply) == 1);
    CHECK(reply.audited == ipc::Audited::no);
    CHECK(reader.engine().unsettled() == 0);
    auto const refused = reader.write(add("a", "k2"));
    CHECK(refused.status == Status::NOT_COMMITTED);
    CHECK(error_of(refused) == "NOT_WRITABLE");
  }
  CHECK(test::read_file(store.paths().database) == before);
}

TEST_CASE("a store of a newer build is refused, and not one byte of it changes") {
  Store store;
  auto const newer = newer_counters();
  CHECK(supported_schema(newer) == supported_schema(counters()) + 1);
  begin_every_subsystem(store, newer);
  auto const before = test::read_file(store.paths().database);
  auto const older = counters();
  for (auto const mode : {storage::OpenMode::read_write, storage::OpenMode::read_immutable}) {
    auto options = Bench::options_of(store);
    options.mode = mode;
    auto const refused = Engine::open(options, older, store.clock());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::store_too_new);
    CHECK(test::read_file(store.paths().database) == before);
  }
}

TEST_CASE("an older store is migrated by the first newer build that leads it, with its counters") {
  Store store;
  { Bench(store).write(add("a", "k1")); }
  auto const newer = newer_counters();
  auto const opened = Engine::open(Bench::options_of(store), newer, store.clock());
  REQUIRE(opened.has_value());
  CHECK((*opened)->schema() == supported_schema(newer));
  auto rows = (*opened)->database().query("SELECT value FROM counter WHERE name = 'a'");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 1);
}

TEST_CASE("a store whose trail was indexed record by record is migrated with its records, and goes on by stretches") {
  Store store;
  constexpr int kWrites = 70;
  auto const name = [](int i) { return "k" + std::to_string(i); };
  {
    Bench bench(store);
    for (int i = 1; i <= kWrites; ++i) bench.write(add("a", name(i)));
    bench.engine().database().script(
        "INSERT OR IGNORE INTO audit_index SELECT 'actor:alice', sequence FROM audit_mutation;"
        "DELETE FROM schema_version WHERE subsystem = 'ledger' AND version >= 2");
    REQUIRE(bench.count("SELECT count(*) FROM audit_index WHERE term = 'actor:alice'") == kWrites);
  }
  Bench bench(store);
  CHECK(bench.engine().schema() == supported_schema(counters()));
  CHECK(bench.count("SELECT count(*) FROM audit_index WHERE term = 'actor:alice'") == 2);
  for (int i = kWrites + 1; i <= 2 * kWrites; ++i) bench.write(add("a", name(i)));
  CHECK(bench.value("a") == 2 * kWrites);
  CHECK(bench.count("SELECT count(*) FROM audit_index WHERE term = 'actor:alice'") == 3);
  ledger::compare_index(bench.engine().database(),
                        [](auto const& found) { FAIL_CHECK(found.where << ": " << found.what); });
}

TEST_CASE("the exported trail is continued where it ends, and left alone when it is not the store's") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  auto const path = store.paths().exported("mutations");
  {
    TrailExport trail(store.paths());
    CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
    CHECK(trail.take_complaints().empty());
  }
  auto const first = test::read_file(path);
  CHECK(std::ranges::count(first, '\n') == 1);
  bench.write(add("a", "k2"));
  SECTION("continued") {
    TrailExport trail(store.paths());
    trail.catch_up(bench.engine().database());
    auto const both = test::read_file(path);
    CHECK(both.starts_with(first));
    CHECK(std::ranges::count(both, '\n') == 2);
  }
  SECTION("another record under the last number") {
    auto forged = first;
    forged.replace(forged.find("\"hash\":\"") + 8, 2, first.find("\"hash\":\"00") == std::string::npos ? "00" : "11");
    test::write_file(path, forged);
    TrailExport trail(store.paths());
    trail.catch_up(bench.engine().database());
    CHECK(trail.take_complaints().size() == 1);
    trail.catch_up(bench.engine().database());
    CHECK(trail.take_complaints().empty());
    CHECK(test::read_file(path) == forged);
  }
}

TEST_CASE("an exported trail that cannot be written goes on once it can, and is complained about once") {
  Store store;
  Bench bench(store);
  auto const path = store.paths().exported("mutations");
  auto const lines = [&] {
    auto const text = test::read_file(path);
    return std::ranges::count(text, '\n');
  };
  bench.write(add("a", "k1"));
  TrailExport trail(store.paths());
  trail.catch_up(bench.engine().database());
  REQUIRE(lines() == 1);
  bench.write(add("a", "k2"));
  SECTION("no room") {
    auto const before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit room{};
    getrlimit(RLIMIT_FSIZE, &room);
    rlimit const none{.rlim_cur = std::filesystem::file_size(path) + 10, .rlim_max = room.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
    trail.catch_up(bench.engine().database());
    trail.catch_up(bench.engine().database());
    setrlimit(RLIMIT_FSIZE, &room);
    std::signal(SIGXFSZ, before);
    CHECK(trail.take_complaints().size() == 1);
    CHECK(lines() == 1);
  }
  SECTION("taken away") {
    std::filesystem::remove(path);
  }
  SECTION("put aside by name") {
    std::filesystem::rename(path, path + ".1");
  }
  SECTION("replaced by what an editor left of it") {
    test::write_file(path + ".new", "");
    std::filesystem::rename(path + ".new", path);
  }
  SECTION("cut off") {
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5);
    trail.catch_up(bench.engine().database());
    CHECK(trail.take_complaints().size() == 1);
  }
  trail.catch_up(bench.engine().database());
  CHECK(lines() == 2);
  auto const stored = [&](std::uint64_t sequence) -> std::optional<audit::StoredRecord> {
    auto found = ledger::records_after(bench.engine().database(), Chain::mutations, sequence - 1, 1);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  };
  auto const compared = audit::verify_export(path, Chain::mutations, stored);
  CHECK((compared && !compared->first_break && compared->last == 2));
}

TEST_CASE("no trail is exported through a link, and it goes on once its directory is one again") {
  Store store;
  Bench bench(store);
  REQUIRE(bench.write(add("a", "k1")).status == Status::COMMITTED);
  auto const audit = store.paths().audit_directory;
  auto const outside = store.paths().directory + "-outside";
  std::filesystem::create_directory(outside);
  std::filesystem::create_directory_symlink(outside, audit);
  TrailExport trail(store.paths());
  CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
  CHECK(trail.take_complaints().size() == 1);
  CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
  CHECK(trail.take_complaints().empty());
  CHECK(std::filesystem::is_empty(outside));
  std::filesystem::remove(audit);
  CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
  CHECK(std::filesystem::exists(store.paths().exported("mutations")));
}

TEST_CASE("the trail is exported to the directory that the tenure began with, whatever stands at its path by then") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  TrailExport trail(store.paths());
  auto const& directory = store.paths().directory;
  std::filesystem::rename(directory, directory + "-moved");
  std::filesystem::create_directory(directory);
  CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
  CHECK(std::filesystem::is_empty(directory));
  CHECK(std::filesystem::exists(StatePaths(directory + "-moved").exported("mutations")));
  std::filesystem::remove_all(directory);
  std::filesystem::rename(directory + "-moved", directory);
}

}  // namespace decapod::broker
