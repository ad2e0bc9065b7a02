// Heavy reads on page copies: who is served meanwhile, what is in the copy, and when it goes.

#include <decapod/broker/copied_read.h>
#include <decapod/broker/worker.h>
#include <decapod/storage/transaction.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr int kManyPages = 30'000;

// A store whose copy takes a good many slices.
void fill(Store& store, int pages) {
  begin_every_subsystem(store, counters());
  Bench bench(store);
  auto& database = bench.engine().database();
  storage::Transaction transaction(database, storage::TransactionKind::write);
  database.execute(
      "INSERT INTO counter (name, value) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
      "SELECT printf('%d-%.*c', i, 1900, 'x'), 0 FROM n",
      pages);
  transaction.commit();
}

ipc::Request sum() {
  auto asked = request("counter.sum", {}, "");
  asked.source = ipc::Source::copy;
  return asked;
}

std::size_t copies_in(Store const& store) {
  std::error_code none;
  std::size_t count = 0;
  for (auto const& entry : fs::directory_iterator(copies_directory(store.paths()), none)) count += entry.exists();
  return count;
}

std::int64_t answer_of(Store& store, HeldCopy copy) {
  auto const directory = counters();
  Job const job{.request = request("counter.sum", {}, ""), .arrived = steady_clock::now(), .deadline = late_enough()};
  auto const reply = answer_from_copy(store.paths(), std::move(copy), job, exported_now(store.paths()).bytes, directory,
                                      store.clock());
  REQUIRE(reply.has_value());
  CHECK(reply->audited == ipc::Audited::yes);
  return value_in(*reply);
}

}  // namespace

TEST_CASE("others are served while a store is copied, and the copy has what they were promised before it was ready") {
  Store store;
  fill(store, kManyPages);
  LiveBroker broker(store);
  broker.start();
  auto reader = must_connect(store);
  auto writer = must_connect(store);
  REQUIRE(writer.ask(add("a", "before")).status == ipc::Status::COMMITTED);
  REQUIRE(reader.send(sum()));
  // As many as a worker that is copying answers; without slices it would be none.
  int promised = 1;
  while (!reader.has_been_told()) {
    REQUIRE(writer.ask(add("a", "k" + std::to_string(promised))).status == ipc::Status::COMMITTED);
    ++promised;
  }
  CHECK(promised > 5);
  auto const reply = reader.reply();
  REQUIRE(reply.copy.has_value());
  {
    auto copy = HeldCopy::take(store.paths(), *reply.copy).value();
    REQUIRE(copy.has_value());
    broker.stop();
    auto const found = answer_of(store, *std::move(copy));
    // Only the last one may have been promised after the copy was complete: before it the reader had heard nothing,
    // and the broker tells in the order in which it commits and completes.
    CHECK(found >= promised - 1);
    CHECK(found <= promised);
  }
  CHECK(copies_in(store) == 0);
}

TEST_CASE("whoever asks while a store is copied waits for some hundred pages of it, not for a whole slice") {
  Store store;
  fill(store, 6'000);
  auto const directory = counters();
  auto engine = Engine::open(Bench::options_of(store), directory, store.clock());
  REQUIRE(engine.has_value());
  Worker* worker = nullptr;
  std::uint64_t last = 0;
  bool copied = false;
  auto const submit = [&](ipc::Request asked) {
    auto const now = store.clock().steady();
    auto const weight = asked.source == ipc::Source::copy ? Weight::heavy : Weight::light;
    Task task{.ticket = Ticket{++last},
              .job = {.request = std::move(asked), .arrived = now, .deadline = late_enough()},
              .weight = weight};
    REQUIRE(worker->submit(std::move(task)) == Admission::queued);
  };
  // Whoever is answered asks again, so that somebody waits in every slice.
  WorkerEvents const events{.replies =
                                [&](std::vector<Done> done, std::set<std::string> const&) {
                                  for (auto const& one : done) copied = copied || one.ticket == Ticket{1};
                                  if (!copied) submit(get("a"));
                                },
                            .complaints = [](std::vector<std::string> const&) {},
                            .lost = [] { FAIL("the store is lost"); },
                            .stopped = [] {},
                            .work = [] {}};
  Worker copying(*std::move(engine), store.paths(), QueueLimits{}, events, store.clock());
  worker = &copying;
  submit(sum());
  submit(get("a"));
  std::uintmax_t turns = 0;
  while (!copied) {
    REQUIRE(copying.turn() == Worker::Next::another_turn);
    ++turns;
  }
  CHECK(turns >= fs::file_size(store.paths().database) / 4096 / 100);
  copying.stop();
  while (copying.turn() == Worker::Next::another_turn) {
  }
}

TEST_CASE("a read on a copy leaves its record, and a copy is private") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto reader = must_connect(store);
  auto const reply = reader.ask(sum());
  REQUIRE(reply.copy.has_value());
  auto const path = copies_directory(store.paths()) + '/' + *reply.copy;
  CHECK((fs::status(path).permissions() & fs::perms::mask) == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK((fs::status(copies_directory(store.paths())).permissions() & fs::perms::mask) == fs::perms::owner_all);
  broker.stop();
  Bench bench(store);
  CHECK(bench.trail(audit::Chain::reads) == std::vector<std::string>{"OK counter.sum"});
}

TEST_CASE("a copy stays while its client is connected or holds it, and goes when nobody does") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = std::optional(must_connect(store));
  auto const reply = client->ask(sum());
  REQUIRE(reply.copy.has_value());
  auto const path = copies_directory(store.paths()) + '/' + *reply.copy;
  std::this_thread::sleep_for(Millis(200));
  CHECK(fs::exists(path));
  {
    Descriptor const held(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(flock(held.get(), LOCK_SH | LOCK_NB) == 0);
    client.reset();
    std::this_thread::sleep_for(Millis(200));
    CHECK(fs::exists(path));
  }
  CHECK(eventually([&] { return !fs::exists(path); }));
}

TEST_CASE("a client that goes before it has its copy leaves nothing behind") {
  Store store;
  fill(store, kManyPages);
  LiveBroker broker(store, {.idle = Millis(200)});
  broker.start();
  {
    auto client = must_connect(store);
    REQUIRE(client.send(sum()));
    REQUIRE(eventually([&] { return copies_in(store) == 1; }));
  }
  CHECK(eventually([&] { return copies_in(store) == 0; }));
  // Nothing counts as under way any more: it is idle.
  CHECK(broker.ended().has_value());
}

TEST_CASE("a broker that has to leave lets go of its copies") {
  Store store;
  fill(store, kManyPages);
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  REQUIRE(client.send(sum()));
  REQUIRE(eventually([&] { return copies_in(store) == 1; }));
  auto const ended = broker.stop();
  CHECK(ended.ending == Ending::left);
  auto const reply = client.reply();
  CHECK(error_of(reply) == "BUSY");
  CHECK(reply.status == ipc::Status::NOT_COMMITTED);
  CHECK(copies_in(store) == 0);
}

// The file of a copy, as long as somebody else has it open.
class Watched {
 public:
  explicit Watched(FreshCopy const& copy) : descriptor_(dup(copy.hold.get())) {}
  std::int64_t size() const {
    struct stat facts {};
    REQUIRE(fstat(descriptor_.get(), &facts) == 0);
    return facts.st_size;
  }

 private:
  Descriptor descriptor_;
};

TEST_CASE("what nobody reads any more is freed a part at a time") {
  Store const store;
  auto made = make_copy_file(store.paths()).value();
  Watched const watched(made);
  auto const whole = 3 * UnlinkedCopies::kPartBytes + 1;
  fs::resize_file(made.path, static_cast<std::uintmax_t>(whole));
  fs::remove(made.path);
  UnlinkedCopies unlinked;
  unlinked.add(std::move(made.hold));
  for (int parts = 1; parts <= 3; ++parts) {
    unlinked.free_a_part();
    CHECK(watched.size() == whole - parts * UnlinkedCopies::kPartBytes);
    CHECK_FALSE(unlinked.empty());
  }
  unlinked.free_a_part();
  CHECK(unlinked.empty());
}

TEST_CASE("a reader frees its copy but for the last part, which closing frees") {
  Store const store;
  auto made = make_copy_file(store.paths()).value();
  Watched const watched(made);
  fs::resize_file(made.path, static_cast<std::uintmax_t>(5 * UnlinkedCopies::kPartBytes + 1));
  { HeldCopy const copy(std::move(made)); }
  CHECK(copies_in(store) == 0);
  CHECK(watched.size() <= UnlinkedCopies::kPartBytes);
}

// A restore makes the copy the store, which may lose that name, too, while the command that restored it ends.
TEST_CASE("what was a copy and has been given another name is left whole, whatever becomes of that name") {
  Store const store;
  auto made = make_copy_file(store.paths()).value();
  Watched const watched(made);
  auto const whole = 5 * UnlinkedCopies::kPartBytes;
  fs::resize_file(made.path, static_cast<std::uintmax_t>(whole));
  auto const elsewhere = store.paths().directory + "/elsewhere";
  bool const linked = GENERATE(false, true);
  if (linked) {
    fs::create_hard_link(made.path, elsewhere);
  } else {
    fs::rename(made.path, elsewhere);
    fs::remove(elsewhere);
  }
  { HeldCopy const copy(std::move(made)); }
  CHECK(watched.size() == whole);
  CHECK(copies_in(store) == 0);
}

TEST_CASE("what an earlier leader left is swept, unless somebody holds it") {
  Store store;
  auto abandoned = make_copy_file(store.paths());
  auto held = make_copy_file(store.paths());
  REQUIRE((abandoned.has_value() && held.has_value()));
  abandoned->hold.close();
  LiveBroker broker(store);
  broker.start();
  CHECK(eventually([&] { return copies_in(store) == 1; }));
  CHECK(fs::exists(held->path));
  CHECK_FALSE(HeldCopy::take(store.paths(), abandoned->name)->has_value());
}

TEST_CASE("a sweep touches nothing that is no copy: no FIFO, no folder, no other name of the store") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  auto const directory = copies_directory(store.paths());
  fs::create_directory(directory);
  REQUIRE(mkfifo((directory + "/fifo.db").c_str(), 0600) == 0);
  fs::create_directory(directory + "/folder.db");
  fs::create_hard_link(store.paths().database, directory + "/link.db");
  auto const locked = [&] {
    // As another process would ask.
    struct flock lock {};
    lock.l_type = F_WRLCK;
    Descriptor const rival(open((directory + "/link.db").c_str(), O_RDWR | O_CLOEXEC));
    REQUIRE(fcntl(rival.get(), F_OFD_GETLK, &lock) == 0);
    return lock.l_type != F_UNLCK;
  };
  UnlinkedCopies swept;
  CHECK(sweep_copies(store.paths(), swept) == 0);
  CHECK(swept.empty());
  CHECK(copies_in(store) == 3);
  CHECK(bench.engine().database().still_ours());
  CHECK(bench.write(add("a", "k2")).status == ipc::Status::COMMITTED);
  CHECK(locked());
}

TEST_CASE("copies whose readers were killed go when the next one is made, be it quiet or not") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  for (int i = 0; i < 5; ++i) {
    auto const reply = client.ask(sum());
    REQUIRE(reply.copy.has_value());
    CHECK(copies_in(store) <= 2);
  }
}

TEST_CASE("a copy that cannot be made is a typed error, and the next one is made") {
  Store store;
  LiveBroker broker(store);
  write_file(copies_directory(store.paths()), "in the way");
  broker.start();
  auto client = must_connect(store);
  CHECK(error_of(client.ask(sum())) == "NOT_WRITABLE");
  fs::remove(copies_directory(store.paths()));
  CHECK(client.ask(sum()).copy.has_value());
  CHECK(client.ask(get("a")).status == ipc::Status::OK);
}

TEST_CASE("a copy has to be ready in time") {
  Store store;
  fill(store, kManyPages);
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  auto hasty = sum();
  hasty.timeout_ms = 10;
  CHECK(error_of(client.ask(hasty)) == "TIMEOUT");
  CHECK(eventually([&] { return copies_in(store) == 0; }));
}

TEST_CASE("whoever waits behind another's copy has a time of their own") {
  Store store;
  fill(store, kManyPages);
  LiveBroker broker(store);
  broker.start();
  auto patient = must_connect(store);
  auto hasty = must_connect(store);
  REQUIRE(patient.send(sum()));
  REQUIRE(eventually([&] { return copies_in(store) == 1; }));
  auto soon = sum();
  soon.timeout_ms = 10;
  CHECK(error_of(hasty.ask(soon)) == "TIMEOUT");
  CHECK(patient.reply().copy.has_value());
  broker.stop();
  std::map<std::string, std::int64_t> took;  // by error
  Bench bench(store);
  for (auto const& stored : ledger::records_after(bench.engine().database(), audit::Chain::reads, 0, 100)) {
    auto const record = audit::parse_record(stored.body).value();
    if (record.request_type == "counter.sum") took[record.error] = record.latency_ms.us;
  }
  REQUIRE(took.size() == 2);
  CHECK(took["TIMEOUT"] * 2 < took[""]);
}

TEST_CASE("only a heavy read is answered from a copy") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  for (auto asked : {get("a"), add("a", "k1")}) {
    asked.source = ipc::Source::copy;
    CHECK(error_of(client.ask(asked)) == "BAD_REQUEST");
  }
  // Without the wish, an older client still gets its answer at once.
  CHECK(value_in(client.ask(request("counter.sum", {}, ""))) == 0);
}

TEST_CASE("a leader that is alone copies at once") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  Job const job{.request = request("counter.sum", {}, ""), .arrived = steady_clock::now(), .deadline = late_enough()};
  auto own = copy_at_once(bench.engine(), store.paths(), job, store.clock());
  REQUIRE(own.copy.has_value());
  CHECK(fs::exists(own.copy->path()));
  CHECK(own.reply.copy.has_value());
  own.copy.reset();
  CHECK(copies_in(store) == 0);
}

}  // namespace decapod::broker
