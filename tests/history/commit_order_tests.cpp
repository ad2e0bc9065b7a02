// The check of the whole store, on histories made by hand: each wrong one beside the right one that is nearest.

#include <catch2/catch.hpp>

#include "commit_order.h"
#include "made_history.h"

using namespace decapod::history;

namespace {

ItemRecord record(std::string item, Operation<ItemCall> one, std::int64_t commit, std::int64_t epoch = 1) {
  ItemRecord made;
  made.item = std::move(item);
  made.call = one.call;
  made.invoked = one.invoked;
  made.returned = one.returned;
  made.request_id = made.item + std::to_string(commit);
  made.epoch = epoch;
  made.commit = commit;
  made.lease_ms = 1'000'000;
  return made;
}

Listed listed(std::string item, std::int64_t title, int holder = kNobody) {
  Seen seen;
  seen.title = title;
  seen.standing = holder == kNobody ? Standing::open : Standing::claimed;
  seen.holder = holder;
  return {std::move(item), seen};
}

StoreRead list(Time invoked, Time returned, std::vector<Listed> items) {
  StoreRead read{.query = StoreQuery::list, .invoked = invoked, .returned = returned, .items = std::move(items)};
  read.total = std::ssize(read.items);
  return read;
}

// Two items; the first is renamed, the second is claimed by session 2.
History two_items() {
  History history;
  history.items = {record("a", added(1, 0, 10), 1), record("b", added(2, 20, 30), 2),
                   record("a", renamed(0, 3, 40, 60), 3), record("b", claimed(2, 7, 1, 50, 70), 4, 2)};
  return history;
}

bool explained(History const& history) {
  auto const report = check_commit_order(history);
  std::string problems;
  for (auto const& problem : report.problems) problems += problem + '\n';
  INFO(problems);
  return report.problems.empty();
}

bool with(StoreRead read) {
  auto history = two_items();
  history.reads = {std::move(read)};
  return explained(history);
}

}  // namespace

TEST_CASE("a list shows the store after one of the commits that it can have seen") {
  CHECK(explained(two_items()));
  CHECK(with(list(45, 55, {listed("a", 1), listed("b", 2)})));
  CHECK(with(list(45, 55, {listed("a", 3), listed("b", 2)})));
  CHECK(with(list(45, 55, {listed("a", 3), listed("b", 2, 1)})));
  CHECK(with(list(80, 90, {listed("a", 3), listed("b", 2, 1)})));
  // The claim without the renaming that was committed before it.
  CHECK_FALSE(with(list(45, 55, {listed("a", 1), listed("b", 2, 1)})));
  // Stale; from the future; without an item; with one that is not there; held by somebody else.
  CHECK_FALSE(with(list(80, 90, {listed("a", 3), listed("b", 2)})));
  CHECK_FALSE(with(list(32, 38, {listed("a", 3), listed("b", 2)})));
  CHECK_FALSE(with(list(80, 90, {listed("b", 2, 1)})));
  CHECK_FALSE(with(list(80, 90, {listed("a", 3), listed("b", 2, 1), listed("c", 4)})));
  CHECK_FALSE(with(list(80, 90, {listed("a", 3), listed("b", 2, 0)})));
}

TEST_CASE("readers do not go back, each other's answers included") {
  auto history = two_items();
  history.reads = {list(42, 48, {listed("a", 3), listed("b", 2)}), list(49, 55, {listed("a", 1), listed("b", 2)})};
  CHECK_FALSE(explained(history));
  history.reads[1].invoked = 47;
  CHECK(explained(history));
}

TEST_CASE("ready lists what is open, stats count what there is") {
  auto ready = list(80, 90, {listed("a", 3)});
  ready.query = StoreQuery::ready;
  CHECK(with(ready));
  ready.items.push_back(listed("b", 2));
  CHECK_FALSE(with(ready));
  StoreRead stats{.query = StoreQuery::stats, .invoked = 80, .returned = 90, .items = {}, .total = 2};
  stats.counts = {{Standing::open, 1}, {Standing::claimed, 1}};
  CHECK(with(stats));
  stats.counts = {{Standing::open, 2}, {Standing::claimed, 0}};
  CHECK_FALSE(with(stats));
}

TEST_CASE("whether a lease had ended is open only while it ends") {
  auto history = two_items();
  history.items[3].lease_ms = 1'000;  // claimed from 50 to 70 ns: it ends about one second later
  auto const open = [&](Time invoked, Time returned) {
    history.reads = {list(invoked, returned, {listed("a", 3), listed("b", 2)})};
    return explained(history);
  };
  auto const held = [&](Time invoked, Time returned) {
    history.reads = {list(invoked, returned, {listed("a", 3), listed("b", 2, 1)})};
    return explained(history);
  };
  constexpr Time kMillisecond = 1'000'000;
  CHECK(held(900 * kMillisecond, 901 * kMillisecond));
  CHECK_FALSE(open(900 * kMillisecond, 901 * kMillisecond));
  CHECK(held(1'000 * kMillisecond, 1'001 * kMillisecond));
  CHECK(open(1'000 * kMillisecond, 1'001 * kMillisecond));
  CHECK_FALSE(held(1'010 * kMillisecond, 1'011 * kMillisecond));
  CHECK(open(1'010 * kMillisecond, 1'011 * kMillisecond));
}

TEST_CASE("markers are dense, in the order of time, and epochs only grow") {
  auto history = two_items();
  SECTION("a gap") {
    history.items[3].commit = 5;
  }
  SECTION("a place that is given twice") {
    history.items[3].commit = 3;
  }
  SECTION("a later request with an earlier place") {
    std::swap(history.items[1].commit, history.items[2].commit);
  }
  SECTION("an earlier epoch at a later place") {
    history.items[0].epoch = 3;
  }
  SECTION("an answer that the order does not explain") {
    history.items.push_back(record("a", commented(0, 2, 80, 90), 5, 2));
  }
  SECTION("a token that was given for another item") {
    history.items.push_back(record("a", claimed(0, 7, 2, 80, 90), 5, 2));
  }
  CHECK_FALSE(explained(history));
}

TEST_CASE("what was never answered counts as the ledger says") {
  auto history = two_items();
  auto lost = record("a", never_answered(renamed(0, 9, 75, 76)), 0);
  lost.request_id = "lost";
  history.items.push_back(lost);
  history.reads = {list(80, 90, {listed("a", 9), listed("b", 2, 1)})};
  CHECK_FALSE(explained(history));
  lost.call.outcome = Outcome::ok;
  lost.commit = 5;
  lost.epoch = 2;
  history.settled.emplace("lost", lost);
  CHECK(explained(history));
}
