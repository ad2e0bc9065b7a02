// The search against the definition: on small histories of a register, every order is tried.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <numeric>

#include "witness.h"

using namespace decapod::history;

namespace {

enum class Ask : std::uint8_t { write, read, swap };

struct RegisterCall {
  Ask ask = Ask::read;
  int value = 0;   // written, or put in place of `answer` by a swap
  int answer = 0;  // read; what a swap expects
  bool ok = true;  // a swap: whether it met what it expected
  bool heard = true;
};

// A register with write, read and compare-and-swap.
struct RegisterModel {
  using State = int;
  using Call = RegisterCall;
  static std::optional<int> step(int state, Call const& call) {
    switch (call.ask) {
      case Ask::write:
        return call.value;
      case Ask::read:
        return call.answer == state ? std::optional(state) : std::nullopt;
      case Ask::swap:
        if (!call.heard) return state == call.answer ? call.value : state;
        if (call.ok != (state == call.answer)) return std::nullopt;
        return call.ok ? call.value : state;
    }
    return std::nullopt;
  }
  static std::uint64_t digest(int state) { return static_cast<std::uint64_t>(state); }
  static bool observes(Call const& call) { return call.ask == Ask::read; }
  static Call unanswered(Call call) {
    call.heard = false;
    return call;
  }
};

using Operations = std::vector<Operation<RegisterCall>>;

// Any subset of the unanswered ones, in any order that keeps real time.
bool by_definition(Operations const& all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0U);
  do {
    // With the unanswered ones that do not happen at the end of the order: every cut of it is tried.
    int state = 0;
    std::vector<bool> done(all.size(), false);
    bool possible = true;
    for (std::size_t i = 0; possible; ++i) {
      bool const complete = [&] {
        for (std::size_t k = 0; k < all.size(); ++k) {
          if (all[k].returned != kNever && !done[k]) return false;
        }
        return true;
      }();
      if (complete) return true;
      if (i == order.size()) break;
      auto const& one = all[order[i]];
      for (std::size_t k = 0; k < all.size(); ++k) {
        if (!done[k] && k != order[i] && all[k].returned < one.invoked) possible = false;
      }
      auto const next = RegisterModel::step(state, one.call);
      if (!next) break;
      state = *next;
      done[order[i]] = true;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

Operations any_history() {
  Operations all;
  auto const size = *rc::gen::inRange(0, 8);
  for (int i = 0; i < size; ++i) {
    Operation<RegisterCall> one;
    one.call.ask = *rc::gen::element(Ask::write, Ask::read, Ask::read, Ask::swap);
    one.call.value = *rc::gen::inRange(0, 3);
    one.call.answer = *rc::gen::inRange(0, 3);
    one.call.ok = *rc::gen::arbitrary<bool>();
    one.invoked = *rc::gen::inRange(0, 30);
    one.returned = one.invoked + *rc::gen::inRange(1, 12);
    if (*rc::gen::inRange(0, 5) == 0 && one.call.ask != Ask::read) {
      one.call = RegisterModel::unanswered(one.call);
      one.returned = kNever;
    }
    all.push_back(one);
  }
  return all;
}

}  // namespace

TEST_CASE("the search and the definition agree on random histories") {
  int right = 0;
  int wrong = 0;
  rc::prop("same verdict", [&] {
    auto const history = any_history();
    bool const expected = by_definition(history);
    (expected ? right : wrong) += 1;
    RC_ASSERT(check<RegisterModel>(0, history, 1'000'000) == (expected ? Verdict::linearizable : Verdict::violated));
  });
  // Neither kind is rare.
  CHECK(right >= 10);
  CHECK(wrong >= 10);
}

TEST_CASE("the witness of a random wrong history is wrong by the definition, and none of its readers is idle") {
  int found = 0;
  rc::prop("still wrong", [&] {
    auto const history = any_history();
    if (by_definition(history)) return;
    ++found;
    auto const witness = smallest_witness<RegisterModel>(0, history, 1'000'000);
    RC_ASSERT(witness.operations.size() <= history.size());
    RC_ASSERT(check<RegisterModel>(witness.before, witness.operations, 1'000'000) == Verdict::violated);
    if (witness.before == 0) RC_ASSERT(!by_definition(witness.operations));
    for (std::size_t i = 0; i < witness.operations.size(); ++i) {
      if (!RegisterModel::observes(witness.operations[i].call)) continue;
      auto fewer = witness.operations;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      RC_ASSERT(check<RegisterModel>(witness.before, fewer, 1'000'000) == Verdict::linearizable);
    }
  });
  CHECK(found >= 10);
}
