// Recorded histories of the real broker, judged: item by item by a search for an order that explains all answers, and
// the whole store against the order of its own markers. DECAPOD_TEST_HISTORY=n is the number of operations.

#include <support/effort.h>
#include <catch2/catch.hpp>

#include <support/store_copy.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "commit_order.h"
#include "witness.h"
#include "workload.h"

using namespace decapod::history;
using namespace decapod::test;

namespace {

constexpr int kOperations = 100'000;
constexpr std::size_t kConfigurations = 3'000'000;  // that may be remembered for one item

int operations_wanted() {
  return static_cast<int>(effort("DECAPOD_TEST_HISTORY", kOperations, 1'000));
}

std::string told(Witness<ItemModel> const& witness) {
  std::string text = "from: " + to_string(witness.before);
  for (auto const& one : witness.operations) {
    text += "\n  " + std::to_string(one.invoked) + ' ' +
            (one.returned == kNever ? "..." : "+" + std::to_string(one.returned - one.invoked)) + "  " +
            to_string(one.call);
  }
  return text;
}

// What went through the trail of reads: how many of one kind were served so.
std::int64_t served(StoreCopy const& store, std::string const& how, std::string const& operation) {
  return store.number("SELECT count(*) FROM audit_read WHERE body ->> 'served' = '" + how +
                      "' AND body ->> 'request_type' = '" + operation + "'");
}

void check_items(History const& history) {
  std::size_t judged = 0;
  std::size_t longest = 0;
  for (auto const& [item, operations] : by_item(history.items)) {
    auto const verdict = check<ItemModel>({}, operations, kConfigurations);
    judged += operations.size();
    longest = std::max(longest, operations.size());
    INFO("item " << item << ", " << operations.size() << " operations");
    if (verdict == Verdict::violated) {
      FAIL("no order explains these:\n" << told(smallest_witness<ItemModel>({}, operations, kConfigurations)));
    }
    REQUIRE(verdict == Verdict::linearizable);
  }
  WARN(judged << " operations and ends of leases judged item by item, at most " << longest << " of one item");
}

void check_store(History const& history) {
  auto const report = check_commit_order(history);
  for (auto const& problem : report.problems) FAIL_CHECK(problem);
  CHECK(report.epochs >= 10);
  WARN(report.commits << " commits in " << report.epochs << " epochs, " << report.reads
                      << " reads explained, none of them with more than " << report.widest << " places to choose from");
}

std::int64_t count(History const& history, Refusal refusal) {
  return std::ranges::count_if(history.items, [&](auto const& one) { return one.call.refusal == refusal; });
}

// A history that met none of these would prove little.
void check_variety(Run const& run) {
  auto const& counts = run.counts;
  CHECK(counts.unknown > 0);
  CHECK(counts.asked_again > 0);
  CHECK(counts.replayed > 0);
  CHECK(counts.kills > 0);
  CHECK(counts.pauses > 0);
  CHECK(count(run.history, Refusal::held) > 0);
  CHECK(count(run.history, Refusal::stale_token) > 0);
  CHECK(count(run.history, Refusal::not_holder) > 0);
  CHECK(count(run.history, Refusal::bad_transition) > 0);
  auto const ended =
      std::ranges::count_if(run.history.items, [](auto const& one) { return one.call.seen.ended == Ended::yes; });
  CHECK(ended > 0);
  WARN(counts.operations << " operations; " << counts.kills << " brokers killed, " << counts.pauses << " pauses; "
                         << counts.unknown << " without an answer, " << counts.asked_again << " asked again for one, "
                         << counts.replayed << " asked again with one, " << counts.nothing_done
                         << " out of time; leases seen ended " << ended);
}

void check_effects(TempRepository const& repository, History const& history) {
  std::int64_t committed = std::ssize(history.settled);
  committed += std::ranges::count_if(history.items, [](auto const& one) { return one.commit > 0; });
  StoreCopy const store(repository);
  CHECK(store.number("SELECT count(*) FROM ledger WHERE status = 'COMMITTED'") == committed);
  CHECK(store.number("SELECT count(*) FROM audit_mutation") == committed);
  for (std::string const operation : {"todo.list", "todo.ready", "todo.stats"}) {
    auto const executed = served(store, "executed", operation);
    auto const joined = served(store, "joined", operation);
    auto const cached = served(store, "cached", operation);
    INFO(operation);
    CHECK(executed > 0);
    CHECK(joined > 0);
    CHECK(cached > 0);
    WARN(operation << ": " << executed << " executed, " << joined << " joined, " << cached << " cached");
  }
}

std::int64_t seconds_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

TEST_CASE("what many clients saw of a store whose leaders come and go is linearizable") {
  auto const seed = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  INFO("seed " << seed);
  TempRepository repository;
  auto const begun = std::chrono::steady_clock::now();
  auto const run = run_workload(repository, {.operations = operations_wanted(), .seed = seed});
  auto const recorded = std::chrono::steady_clock::now();
  for (auto const& fault : run.faults) FAIL_CHECK(fault);
  CHECK(run.counts.operations >= operations_wanted());
  check_items(run.history);
  check_store(run.history);
  WARN("recorded in " << seconds_since(begun) - seconds_since(recorded) << " s, judged in " << seconds_since(recorded)
                      << " s, seed " << seed);
  check_variety(run);
  check_effects(repository, run.history);
  CHECK(repository.ask({"broker", "verify"}).ok());
}
