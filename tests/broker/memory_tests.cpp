// Memory that runs out anywhere on the way of a group: nothing escapes that would end the process, nobody is told
// anything that is not so, and whoever repeats a request has it applied once.

#include <decapod/broker/worker.h>
#include <decapod/ledger/agreement.h>

#include <cstdlib>
#include <map>
#include <new>

#include "engine_fixture.h"

namespace {

// Of this thread: how many allocations succeed before one fails (-1: all of them), and how many fail in a row then.
thread_local std::int64_t allocations_left = -1;
thread_local std::int64_t failures_left = 0;

bool fails_now() {
  if (allocations_left < 0) return false;
  if (allocations_left > 0) {
    --allocations_left;
    return false;
  }
  if (--failures_left <= 0) allocations_left = -1;
  return true;
}

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;

// While it lives, the allocation after `succeed` others fails, and so do the next, `fail` in all.
class Scarce {
 public:
  Scarce(std::int64_t succeed, std::int64_t fail) {
    failures_left = fail;
    allocations_left = succeed;
  }
  Scarce(Scarce const&) = delete;
  Scarce& operator=(Scarce const&) = delete;
  ~Scarce() { allocations_left = -1; }
  static bool has_failed() { return allocations_left <= 0; }
};

void expect_one_story(Bench& bench) {
  ledger::compare_ledger(bench.engine().database(),
                         [](ledger::Disagreement const& found) { FAIL_CHECK(found.where << ": " << found.what); });
  for (auto const chain : {audit::Chain::mutations, audit::Chain::reads}) {
    CHECK_FALSE(ledger::verify_chain(bench.engine().database(), chain, "store-1").first_break.has_value());
  }
}

// One failure is answered; a row of them may leave no memory for the answer itself.
constexpr std::array kRows = {1, 40};

// Between two places that are tried in a row, in one store; every place is tried in one of so many stores.
constexpr std::int64_t kStep = 3;
// Of a worker's turn, which gets longer by what earlier failures have put off: the end would run away.
constexpr std::int64_t kPlacesMost = 300;

}  // namespace

TEST_CASE("wherever memory runs out in a group of writes, what is told is so, and a repetition is applied once") {
  auto const first = GENERATE(range<std::int64_t>(0, kStep));
  Store store;
  auto bench = std::make_unique<Bench>(store);
  int fired = 0;
  for (auto const row : kRows) {
    bool all = false;
    for (std::int64_t succeed = first; !all; succeed += kStep) {
      auto const name = std::to_string(row) + '-' + std::to_string(succeed);
      INFO("after " << succeed << " allocations, " << row << " fail");
      std::vector const asked{add(name, "add-" + name), fail_by(Way::refuse, name, "refuse-" + name)};
      std::vector<Job> jobs;
      auto const now = store.clock().steady();
      for (auto const& one : asked) jobs.push_back({.request = one, .arrived = now, .deadline = now + Millis(60'000)});
      std::vector<ipc::Reply> replies;
      bool threw = false;
      {
        Scarce const scarce(succeed, row);
        try {
          replies = bench->engine().write(jobs);
        } catch (std::bad_alloc const&) {
          threw = true;
          bench->engine().lose("no memory");
        }
        all = !Scarce::has_failed();
      }
      fired += all ? 0 : 1;
      // What a single failure leaves can be said.
      if (row == 1 && succeed > 0) CHECK_FALSE(threw);
      if (bench->engine().health() == Health::lost) {
        bench.reset();
        bench = std::make_unique<Bench>(store);
      }
      if (!threw && replies[0].status == Status::COMMITTED) CHECK(bench->value(name) == 1);
      if (!threw && replies[0].status == Status::NOT_COMMITTED) CHECK(bench->value(name) == 0);
      auto const repeated = bench->write_all(asked);
      CHECK(repeated[0].status == Status::COMMITTED);
      CHECK(error_of(repeated[1]) == "REFUSED");
      CHECK(bench->value(name) == 1);
    }
  }
  CHECK(fired > 40);
  expect_one_story(*bench);
}

TEST_CASE("wherever memory runs out in a worker's turn, its client is answered what is so, or everybody is sent away") {
  auto const first = GENERATE(range<std::int64_t>(0, kStep));
  Store store;
  auto const directory = counters();
  std::map<std::string, Status> told;
  std::unique_ptr<Worker> worker;
  std::string answered;
  bool lost = false;
  auto const start = [&] {
    worker.reset();
    lost = false;
    auto engine = Engine::open(Bench::options_of(store), directory, store.clock());
    REQUIRE(engine.has_value());
    WorkerEvents const events{.replies =
                                  [&](std::vector<Done> done, std::set<std::string> const&) {
                                    for (auto& one : done) answered = std::move(one.result.frames);
                                  },
                              .complaints = [](std::vector<std::string> const&) {},
                              .lost = [&] { lost = true; },
                              .stopped = [] {},
                              .work = [] {}};
    worker = std::make_unique<Worker>(*std::move(engine), store.paths(), QueueLimits{}, events, store.clock());
  };
  start();
  int fired = 0;
  bool all = false;
  for (std::int64_t succeed = first; !all && succeed < kPlacesMost; succeed += kStep) {
    INFO("after " << succeed << " allocations");
    auto const name = "w" + std::to_string(succeed);
    auto const now = store.clock().steady();
    answered.clear();
    Task task{.ticket = Ticket{static_cast<std::uint64_t>(succeed) + 1},
              .job = {.request = add(name, name), .arrived = now, .deadline = now + Millis(60'000)},
              .access = Access::write};
    REQUIRE(worker->submit(std::move(task)) == Admission::queued);
    bool went_on = false;
    {
      Scarce const scarce(succeed, 1);
      went_on = worker->turn() == Worker::Next::another_turn;
      // And one in which nobody asks: the trail is written and exported.
      if (went_on) went_on = worker->turn() == Worker::Next::another_turn;
      all = !Scarce::has_failed();
    }
    fired += all ? 0 : 1;
    CHECK(went_on != lost);
    bool const committed = answered.find(R"("status":"COMMITTED")") != std::string::npos;
    bool const refused = answered.find(R"("status":"NOT_COMMITTED")") != std::string::npos;
    if (went_on) CHECK((committed || refused));
    if (committed || refused) told.emplace(name, committed ? Status::COMMITTED : Status::NOT_COMMITTED);
    if (lost) start();
  }
  CHECK(fired > 15);
  worker.reset();
  Bench bench(store);
  for (auto const& [name, status] : told) {
    INFO(name);
    CHECK(bench.value(name) == (status == Status::COMMITTED ? 1 : 0));
  }
  expect_one_story(bench);
}

}  // namespace decapod::broker
