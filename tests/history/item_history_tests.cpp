// The checker and the model of an item, on histories made by hand: each wrong one beside the right one that is nearest.

#include <catch2/catch.hpp>

#include "made_history.h"
#include "witness.h"

using namespace decapod::history;

namespace {

constexpr auto kRight = Verdict::linearizable;
constexpr auto kWrong = Verdict::violated;

}  // namespace

TEST_CASE("a read may see a write that is under way, and must see one that was acknowledged") {
  ItemOperations history{added(1, 0, 10), renamed(0, 2, 20, 40)};
  auto const with = [&](Operation<ItemCall> read) {
    auto all = history;
    all.push_back(std::move(read));
    return judge(all);
  };
  CHECK(with(showed(1, 0, 25, 35)) == kRight);
  CHECK(with(showed(2, 0, 25, 35)) == kRight);
  CHECK(with(showed(2, 0, 50, 60)) == kRight);
  // A stale read.
  CHECK(with(showed(1, 0, 50, 60)) == kWrong);
  // A read of what comes later.
  CHECK(with(showed(2, 0, 12, 18)) == kWrong);
  // Out of thin air.
  CHECK(with(showed(3, 0, 25, 35)) == kWrong);
}

TEST_CASE("a second reader is never behind the first") {
  ItemOperations history{added(1, 0, 10), renamed(0, 2, 20, 90), showed(2, 0, 30, 40)};
  history.push_back(showed(1, 0, 45, 60));
  CHECK(judge(history) == kWrong);
  history.back().invoked = 35;
  CHECK(judge(history) == kRight);
}

TEST_CASE("a lost update is found") {
  ItemOperations history{added(1, 0, 10), commented(0, 1, 20, 40), commented(2, 2, 30, 50)};
  CHECK(judge(history) == kRight);
  history[2].call.seen.comments = 1;
  CHECK(judge(history) == kWrong);
}

TEST_CASE("a write that has its effect twice is found") {
  ItemOperations history{added(1, 0, 10), commented(0, 1, 20, 30), showed(1, 1, 40, 50)};
  CHECK(judge(history) == kRight);
  history[2].call.seen.comments = 2;
  CHECK(judge(history) == kWrong);
}

TEST_CASE("acknowledged writes keep their order") {
  ItemOperations history{added(1, 0, 10), renamed(0, 2, 20, 30), renamed(2, 3, 40, 50)};
  history.push_back(showed(2, 0, 60, 70));
  CHECK(judge(history) == kWrong);
  history[1].returned = 45;
  CHECK(judge(history) == kRight);
}

TEST_CASE("two holders are found, and a token that was given before") {
  ItemOperations history{added(1, 0, 10), claimed(0, 7, 1, 20, 40)};
  auto const second = claimed(2, 8, 2, 30, 50);
  auto const with = [&](std::vector<Operation<ItemCall>> more) {
    auto all = history;
    all.insert(all.end(), more.begin(), more.end());
    return judge(all);
  };
  CHECK(with({refused(second, Refusal::held)}) == kRight);
  CHECK(with({second}) == kWrong);
  auto const released = did(Act::release, 0, 42, 60);
  CHECK(with({released, second}) == kRight);
  CHECK(with({released, claimed(2, 7, 2, 45, 50)}) == kWrong);
}

TEST_CASE("a claim is open to others when its lease has ended, not sooner and not later") {
  ItemOperations const history{added(1, 0, 10), claimed(0, 7, 1, 20, 40), lapsed(1, 120, 140)};
  auto const with = [&](Operation<ItemCall> one) {
    auto all = history;
    all.push_back(std::move(one));
    return judge(all);
  };
  CHECK(with(claimed(2, 8, 2, 90, 110)) == kWrong);
  CHECK(with(claimed(2, 8, 2, 110, 130)) == kRight);
  CHECK(with(refused(claimed(2, 8, 2, 110, 130), Refusal::held)) == kRight);
  CHECK(with(refused(claimed(2, 8, 2, 150, 160), Refusal::held)) == kWrong);
  // Until somebody takes it, the old holder may finish; a renewal holds others off again.
  CHECK(with(did(Act::finish, 0, 150, 160)) == kRight);
  auto renewed = did(Act::renew, 0, 100, 110);
  renewed.call.lease = 3;
  renewed.call.seen.token = 7;
  auto all = history;
  all.push_back(renewed);
  all.push_back(claimed(2, 8, 2, 150, 160));
  CHECK(judge(all) == kWrong);
}

TEST_CASE("a stale token does nothing") {
  ItemOperations history{added(1, 0, 10), claimed(0, 7, 1, 20, 30), did(Act::release, 0, 40, 50),
                         claimed(2, 8, 2, 60, 70)};
  auto const stale = with_token(renamed(0, 2, 80, 90), 7);
  auto all = history;
  all.push_back(refused(stale, Refusal::stale_token));
  CHECK(judge(all) == kRight);
  all.back() = stale;
  CHECK(judge(all) == kWrong);
  all.back() = with_token(renamed(0, 2, 80, 90), 8);
  CHECK(judge(all) == kRight);
}

TEST_CASE("a write without an answer has its effect at any later time, or never, but once") {
  ItemOperations history{added(1, 0, 10), never_answered(commented(0, 0, 20, 30))};
  auto const with = [&](std::vector<Operation<ItemCall>> more) {
    auto all = history;
    all.insert(all.end(), more.begin(), more.end());
    return judge(all);
  };
  CHECK(with({showed(1, 0, 40, 50)}) == kRight);
  CHECK(with({showed(1, 1, 40, 50)}) == kRight);
  CHECK(with({showed(1, 0, 40, 50), showed(1, 1, 900, 910)}) == kRight);
  CHECK(with({showed(1, 1, 40, 50), showed(1, 0, 900, 910)}) == kWrong);
  CHECK(with({showed(1, 2, 40, 50)}) == kWrong);
  // Not before it was asked for.
  CHECK(with({showed(1, 1, 12, 18)}) == kWrong);
}

TEST_CASE("the token of a claim that was never answered is whichever its holder is shown") {
  ItemOperations history{added(1, 0, 10), never_answered(claimed(0, 0, 1, 20, 30))};
  auto look = did(Act::show, 0, 40, 50);
  look.call.seen.session = 0;
  look.call.seen.token = 7;
  history.push_back(look);
  auto again = look;
  again.invoked = 60;
  again.returned = 70;
  history.push_back(again);
  CHECK(judge(history) == kRight);
  history.back().call.seen.token = 8;
  CHECK(judge(history) == kWrong);
}

TEST_CASE("a search that does not end within its budget says so") {
  ItemOperations history{added(1, 0, 10)};
  // Thirty comments at the same time, each the last of all: no order explains them, and there are many to try.
  for (int i = 0; i < 30; ++i) history.push_back(never_answered(renamed(i, 10 + i, 20, 30)));
  history.push_back(showed(1, 5, 40, 50));
  CHECK(check<ItemModel>({}, history, 10'000) == Verdict::undecided);
}

TEST_CASE("a witness begins where there was no doubt, ends with the answer that is wrong, and has no idle reader") {
  ItemOperations history{added(1, 0, 10)};
  for (int i = 0; i < 200; ++i) {
    auto const at = 100 + i * 100;
    history.push_back(renamed(0, 2 + i, at, at + 60));
    history.push_back(commented(2, i + 1, at + 5, at + 50));
    history.push_back(showed(2 + i, i + 1, at + 70, at + 80));
  }
  history[1 + 3 * 100 + 2].call.seen.comments -= 1;  // a stale read, half-way
  REQUIRE(judge(history) == kWrong);
  auto const witness = smallest_witness<ItemModel>({}, history, kBudget);
  CHECK(check<ItemModel>(witness.before, witness.operations, kBudget) == kWrong);
  // The state before has the right count already: the stale read alone is what cannot be.
  REQUIRE(witness.operations.size() == 1);
  CHECK(witness.operations.front().call.seen.comments == 100);
  CHECK(witness.before.comments == 101);
}
