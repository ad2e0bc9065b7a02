// Restoring: which line the store is on afterwards, what is kept of the other, and what a crash at any step leaves.

#include <decapod/broker/witness.h>
#include <decapod/storage/integrity.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "restoration_scene.h"

namespace decapod::broker {
namespace {

using namespace test;
namespace fs = std::filesystem;

void expect_sound(Bench& bench) {
  auto& database = bench.engine().database();
  CHECK(storage::check_integrity(database, storage::IntegrityDepth::full).empty());
  for (auto const chain : {audit::Chain::mutations, audit::Chain::reads}) {
    CHECK_FALSE(ledger::verify_chain(database, chain, bench.engine().facts().store_uuid).first_break.has_value());
  }
  CHECK(bench.count("SELECT count(*) FROM ledger WHERE status = 'COMMITTED'") ==
        bench.count("SELECT count(*) FROM audit_mutation"));
}

std::int64_t count_lines(std::string const& path) {
  auto const text = test::read_file(path);
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("a restored store goes on from the snapshot, in a new generation, above every epoch of the old line") {
  Scene scene;
  std::uint64_t old_epoch = 0;
  {
    Bench bench(scene.store);
    old_epoch = bench.engine().ledger().epoch();
  }
  auto const reply = scene.restore();
  REQUIRE(reply.has_value());
  CHECK(reply->status == ipc::Status::COMMITTED);
  CHECK(reply->commit_seq == 3U);
  CHECK(reply->epoch > old_epoch);
  Bench bench(scene.store);
  expect_sound(bench);
  CHECK(bench.engine().facts().store_uuid == "store-1");
  CHECK(bench.engine().facts().generation == 2);
  CHECK(bench.value("a") == 2);
  CHECK(bench.value("restored") == 1);
  CHECK(bench.trail(audit::Chain::mutations).back() == "COMMITTED counter.add");
  // A marker of the abandoned line is ahead of this one.
  auto behind = get("a");
  behind.min_seq = 5;
  CHECK(error_of(bench.read(behind)) == "STORE_BEHIND");
}

TEST_CASE("the old store and its exported trail are kept under a name of their own") {
  Scene scene;
  REQUIRE(scene.restore().has_value());
  CHECK(count_lines(scene.kept + "/audit/mutations.jsonl") == 5);
  CHECK_FALSE(fs::exists(scene.store.paths().audit_directory));
  CHECK_FALSE(fs::exists(scene.kept + "/decapod.db-wal"));
  auto const kept =
      storage::Database::open({.path = scene.kept + "/decapod.db", .mode = storage::OpenMode::read_immutable});
  REQUIRE(kept.has_value());
  auto rows = (*kept)->query("SELECT value FROM counter WHERE name = 'a'");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 5);
}

TEST_CASE("the new line is exported anew, whole") {
  Scene scene;
  REQUIRE(scene.restore().has_value());
  Bench bench(scene.store);
  TrailExport trail(scene.store.paths());
  CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
  CHECK(trail.take_complaints().empty());
  CHECK(count_lines(scene.store.paths().exported(to_text(audit::Chain::mutations))) == 3);
}

TEST_CASE("a discarded store is gone, its exported trail is not") {
  Scene scene;
  REQUIRE(scene.restore({}, Keep::nothing).has_value());
  CHECK_FALSE(fs::exists(scene.kept + "/decapod.db"));
  CHECK(count_lines(scene.kept + "/audit/mutations.jsonl") == 5);
}

TEST_CASE("a process that is killed at any step of a restore leaves the old store or the new one, whole") {
  auto const step = static_cast<RestoreStep>(GENERATE(range(0, static_cast<int>(RestoreStep::replaced) + 1)));
  INFO("after step " << static_cast<int>(step));
  Scene scene;
  auto const child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    (void)scene.restore([step](RestoreStep reached) {
      if (reached == step) kill(getpid(), SIGKILL);
    });
    _exit(1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  {
    Bench bench(scene.store);
    expect_sound(bench);
    bool const is_new = step == RestoreStep::replaced;
    CHECK(bench.engine().facts().generation == (is_new ? 2 : 1));
    CHECK(bench.value("a") == (is_new ? 2 : 5));
    CHECK(bench.value("restored") == (is_new ? 1 : 0));
    // Whatever was exported is on this line, or is exported again.
    TrailExport trail(scene.store.paths());
    CHECK(trail.catch_up(bench.engine().database()) == Progress::done);
    CHECK(trail.take_complaints().empty());
  }
  UnlinkedCopies swept;
  CHECK(sweep_copies(scene.store.paths(), swept) == 0);
  CHECK(fs::is_empty(copies_directory(scene.store.paths())));
  // And again, to its end, under the same request id.
  auto const reply = scene.restore();
  REQUIRE(reply.has_value());
  CHECK(reply->status == ipc::Status::COMMITTED);
  Bench bench(scene.store);
  expect_sound(bench);
  CHECK(bench.engine().facts().generation == 2);
  CHECK(bench.value("restored") == 1);
}

TEST_CASE("a ledger that cannot be read while a store is replaced is a refusal by type, and nothing is replaced") {
  Scene scene;
  fs::remove(scene.store.paths().database);
  auto const result = scene.restore(
      [&](RestoreStep step) {
        if (step != RestoreStep::retired) return;
        // In the staged copy, after it was judged.
        for (auto const& copy : fs::directory_iterator(copies_directory(scene.store.paths()))) {
          if (copy.path().extension() != ".db") continue;
          auto const staged = storage::Database::open({.path = copy.path()});
          REQUIRE(staged.has_value());
          CHECK((*staged)->execute("UPDATE ledger SET digest = x'00' WHERE key = 'before-0'") == 1);
        }
      },
      Keep::old_store, restoring("before-0"));
  CHECK(code_of(result) == "CORRUPT");
  CHECK_FALSE(fs::exists(scene.store.paths().database));
}

TEST_CASE("a request id that the snapshot knows is refused, and nothing is replaced") {
  Scene scene;
  fs::remove(scene.store.paths().database);
  CHECK(code_of(scene.restore({}, Keep::old_store, restoring("before-0"))) == "REQUEST_ID_CONFLICT");
  CHECK_FALSE(fs::exists(scene.store.paths().database));
}

TEST_CASE("a dry run replaces nothing") {
  Scene scene;
  auto job = restoring();
  job.request.dry_run = ipc::DryRun::yes;
  auto const reply = scene.restore({}, Keep::old_store, job);
  REQUIRE(reply.has_value());
  CHECK(reply->status == ipc::Status::OK);
  Bench bench(scene.store);
  CHECK(bench.value("a") == 5);
  CHECK(bench.engine().facts().generation == 1);
}

TEST_CASE("what is not a whole, sound snapshot that this build knows is refused, and the store is as it was") {
  Scene scene;
  std::string wanted;
  SECTION("no file") {
    fs::remove(scene.snapshot);
    wanted = "INPUT_UNREADABLE";
  }
  SECTION("another file") {
    write_file(scene.snapshot, "a letter");
    wanted = "INPUT_UNREADABLE";
  }
  SECTION("an empty file") {
    write_file(scene.snapshot, "");
    wanted = "INPUT_UNREADABLE";
  }
  SECTION("cut short") {
    fs::resize_file(scene.snapshot, fs::file_size(scene.snapshot) / 2);
    wanted = "CORRUPT";
  }
  SECTION("the store itself") {
    scene.snapshot = scene.store.paths().database;
    wanted = "REFUSED";
  }
  SECTION("a WAL beside it") {
    write_file(scene.snapshot + "-wal", "frames");
    wanted = "REFUSED";
  }
  SECTION("a record was changed") {
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->execute("UPDATE audit_mutation SET body = replace(body, 'alice', 'mallory') WHERE sequence = 1");
    wanted = "AUDIT_BROKEN";
  }
  SECTION("a ledger's row is gone") {
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->execute("DELETE FROM ledger WHERE commit_seq = 1");
    wanted = "CORRUPT";
  }
  SECTION("the trail is emptied") {
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->execute("DELETE FROM audit_mutation");
    wanted = "CORRUPT";
  }
  SECTION("the ledger's table is gone") {
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->script("DROP TABLE ledger");
    wanted = "CORRUPT";
  }
  SECTION("a trigger was planted") {
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->script("CREATE TRIGGER spy AFTER INSERT ON ledger BEGIN DELETE FROM counter; END");
    wanted = "CORRUPT";
  }
  SECTION("an epoch that no leader writes") {
    auto const epoch = GENERATE(as<std::string>{}, "-1", "9223372036854775807", "'x'", "1.5", "NULLIF(x'00', 0)");
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->script("UPDATE meta SET value = " + epoch + " WHERE name = 'epoch'");
    wanted = "CORRUPT";
  }
  SECTION("of a newer build") {
    auto opened = storage::Database::open({.path = scene.snapshot});
    REQUIRE(opened.has_value());
    (*opened)->execute("INSERT INTO schema_version (subsystem, version) VALUES ('counter', 2)");
    wanted = "STORE_TOO_NEW";
  }
  CHECK(code_of(scene.restore()) == wanted);
  CHECK(fs::is_empty(copies_directory(scene.store.paths())));
  Bench bench(scene.store);
  expect_sound(bench);
  CHECK(bench.value("a") == 5);
  CHECK(bench.engine().facts().generation == 1);
}

TEST_CASE("a store that is beyond reading is replaced, and kept as evidence") {
  Scene scene;
  write_file(scene.store.paths().database, std::string(20'000, 'x'));
  auto const reply = scene.restore();
  REQUIRE(reply.has_value());
  CHECK(test::read_file(scene.kept + "/decapod.db").size() == 20'000);
  Bench bench(scene.store);
  expect_sound(bench);
  CHECK(bench.value("a") == 2);
}

TEST_CASE("over a store that cannot be read a restore begins above all that its witness names") {
  Scene scene;
  REQUIRE(scene.restore().has_value());
  std::uint64_t epoch = 0;
  {
    Bench bench(scene.store);
    add_times(bench, 4, "second-line-");
    REQUIRE(bench.engine().facts().generation == 2);
    epoch = bench.engine().ledger().epoch();
  }
  std::int64_t expected = 3;
  SECTION("its own") {}
  SECTION("that of another store, which says nothing of this one") {
    Witness(scene.store.paths().directory).write({.store_uuid = "store-9", .generation = 7, .epoch = 1});
    expected = 0;
    epoch = 0;
  }
  SECTION("one with a number that no store has") {
    Witness(scene.store.paths().directory)
        .write({.store_uuid = "store-1", .generation = std::int64_t{1} << 60, .epoch = 1});
    expected = 0;
    epoch = 0;
  }
  write_file(scene.store.paths().database, std::string(20'000, 'x'));
  auto const directory = counters();
  Restoration restoration(scene.store.paths(), "store-2", directory, scene.store.clock());
  REQUIRE(restoration.stage(scene.snapshot, soon()).has_value());
  auto const job = restoring("restore-2");
  auto const old = restoration.retire(job);
  REQUIRE(old.has_value());
  CHECK(old->readable == Readable::no);
  // What goes into the record.
  CHECK(old->generation == (expected == 3 ? 2 : 0));
  CHECK(old->mutations.size == (expected == 3 ? 7U : 0U));
  auto const reply = restoration.commit(job, *old);
  REQUIRE(reply.has_value());
  CHECK(reply->epoch > epoch);
  REQUIRE(restoration.replace(Keep::old_store).has_value());
  Bench bench(scene.store);
  // Where nothing is known of the line, one that it need not have been in.
  auto const begun = bench.engine().facts().generation;
  CHECK((expected == 0 ? begun > 3 : begun == expected));
  CHECK(bench.value("a") == 2);
}

TEST_CASE("what a crashed leader left in the WAL is in the store that is kept") {
  Scene scene;
  {
    auto options = Bench::options_of(scene.store);
    options.on_close = storage::OnClose::keep_wal;
    Bench bench(scene.store, options);
    add_times(bench, 1, "in-the-wal-");
  }
  REQUIRE(fs::file_size(scene.store.paths().wal) > 0);
  REQUIRE(scene.restore().has_value());
  auto const kept =
      storage::Database::open({.path = scene.kept + "/decapod.db", .mode = storage::OpenMode::read_immutable});
  REQUIRE(kept.has_value());
  auto rows = (*kept)->query("SELECT value FROM counter WHERE name = 'a'");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 6);
  CHECK(count_lines(scene.kept + "/audit/mutations.jsonl") == 6);
}

TEST_CASE("a snapshot of an older build is brought up to date on the way") {
  Scene scene;
  auto const directory = newer_counters();
  Restoration restoration(scene.store.paths(), "store-2", directory, scene.store.clock());
  REQUIRE(restoration.stage(scene.snapshot, soon()).has_value());
  auto const job = restoring();
  auto const old = restoration.retire(job);
  REQUIRE(old.has_value());
  REQUIRE(restoration.commit(job, *old).has_value());
  REQUIRE(restoration.replace(Keep::old_store).has_value());
  auto const engine = Engine::open(Bench::options_of(scene.store), directory, scene.store.clock());
  REQUIRE(engine.has_value());
  auto rows = (*engine)->database().query("SELECT count(*) FROM counter_note");
  CHECK(rows.next());
}

}  // namespace decapod::broker
