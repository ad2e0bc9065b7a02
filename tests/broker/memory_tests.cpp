// Memory that runs out anywhere on the way of a group: nothing escapes that would end the process, nobody is told
// anything that is not so, and whoever repeats a request has it applied once.

#include <decapod/broker/worker.h>
#include <decapod/ipc/frame.h>
#include <decapod/ledger/agreement.h>

#include <algorithm>
#include <map>
#include <optional>

#include "engine_fixture.h"
#include "scarce.h"
#include "worker_by_hand.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;

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

// What one frame says.
ipc::Reply reply_in(std::string const& frames) {
  auto const document = parse_json(frames.substr(ipc::kHeaderBytes), "the reply");
  REQUIRE(document.has_value());
  auto reply = codec::decode<ipc::Reply>(*document, codec::Unknown::refuse);
  REQUIRE(reply.has_value());
  return *std::move(reply);
}

// Each kStep-th place of a worker's turn, in one store. How many clients were told that the outcome is unknown.
int exhaust_turns(std::int64_t first) {
  Store store;
  std::map<std::string, Status> told;
  {
    WorkerByHand worker(store);
    int fired = 0;
    bool all = false;
    for (std::int64_t succeed = first; !all && succeed < kPlacesMost; succeed += kStep) {
      INFO("after " << succeed << " allocations");
      auto const name = "w" + std::to_string(succeed);
      worker.submit(add(name, name), Access::write);
      bool went_on = false;
      {
        Scarce const scarce(succeed, 1);
        went_on = worker.turn();
        // And one in which nobody asks: the trail is written and exported.
        if (went_on) went_on = worker.turn();
        all = !Scarce::has_failed();
      }
      fired += all ? 0 : 1;
      CHECK(went_on != worker.is_lost());
      if (went_on) CHECK(worker.answered().has_value());
      if (worker.answered()) {
        auto const reply = reply_in(worker.answered()->frames);
        // "Nothing was done, repeat" goes with nothing done; what was done and cannot be told is found in the ledger.
        if (reply.status == Status::COMMITTED) CHECK_FALSE(reply.error.has_value());
        if (reply.status == Status::UNKNOWN) CHECK(error_of(reply) == "OUTCOME_UNKNOWN");
        if (error_of(reply) == "BUSY") CHECK(reply.status == Status::NOT_COMMITTED);
        told.emplace(name, reply.status);
      }
      if (worker.is_lost()) worker.start();
    }
    CHECK(fired > 15);
  }
  Bench bench(store);
  int untold = 0;
  for (auto const& [name, status] : told) {
    INFO(name);
    if (status == Status::UNKNOWN) ++untold;
    if (status != Status::UNKNOWN) CHECK(bench.value(name) == (status == Status::COMMITTED ? 1 : 0));
    auto const repeated = bench.write(add(name, name));
    CHECK(repeated.status == Status::COMMITTED);
    CHECK(bench.value(name) == 1);
  }
  expect_one_story(bench);
  return untold;
}

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
      // The second comes by another connection under the key of the first.
      std::vector const asked{add(name, "add-" + name), add(name, "add-" + name),
                              fail_by(Way::refuse, name, "refuse-" + name)};
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
      if (!threw) {
        auto const is = [&](std::size_t which, Status status) { return replies[which].status == status; };
        if (is(0, Status::COMMITTED) || is(1, Status::COMMITTED)) CHECK(bench->value(name) == 1);
        if (is(0, Status::NOT_COMMITTED) && is(1, Status::NOT_COMMITTED)) CHECK(bench->value(name) == 0);
        // Who is told that the ledger has nothing, after everybody else under that key, is told what is so.
        bool const vouched = is(1, Status::NOT_COMMITTED) && replies[1].vouched == ipc::Vouched::yes;
        if (vouched) CHECK(bench->value(name) == 0);
      }
      auto const repeated = bench->write_all(asked);
      CHECK(repeated[0].status == Status::COMMITTED);
      CHECK(error_of(repeated[2]) == "REFUSED");
      CHECK(bench->value(name) == 1);
    }
  }
  CHECK(fired > 40);
  expect_one_story(*bench);
}

TEST_CASE("wherever memory runs out in a worker's turn, its client is answered what is so, or everybody is sent away") {
  int untold = 0;
  for (std::int64_t first = 0; first < kStep; ++first) untold += exhaust_turns(first);
  CHECK(untold > 0);
}

TEST_CASE("a read whose answer finds no memory is an error to its client, to those who share it, and on record") {
  Store store;
  int well = 0;
  int fired = 0;
  {
    WorkerByHand worker(store);
    bool all = false;
    for (std::int64_t succeed = 0; !all && succeed < kPlacesMost; ++succeed) {
      INFO("after " << succeed << " allocations");
      worker.submit(get("a"), Access::read);
      {
        Scarce const scarce(succeed, 1);
        worker.turn();
        all = !Scarce::has_failed();
      }
      fired += all ? 0 : 1;
      if (worker.answered()) {
        auto const reply = reply_in(worker.answered()->frames);
        CHECK(reply.status == (reply.error ? Status::NOT_COMMITTED : Status::OK));
        // At once it would take from the others what lacks already.
        if (error_of(reply) == "BUSY") CHECK(reply.error->details.contains("retry_after_ms"));
        CHECK(worker.answered()->error == (reply.error ? reply.error->code : ""));
        well += reply.error ? 0 : 1;
      }
      if (worker.is_lost()) worker.start();
    }
    CHECK(fired > 15);
    if (!worker.is_lost()) worker.settle();
  }
  Bench bench(store);
  auto const trail = bench.trail(audit::Chain::reads);
  CHECK(std::count(trail.begin(), trail.end(), "OK counter.get") <= well);
  expect_one_story(bench);
}

}  // namespace decapod::broker
