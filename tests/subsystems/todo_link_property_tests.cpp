#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

constexpr int kItems = 8;

// The same backlog, as simple as it can be: who blocks whom, and who is finished.
struct Model {
  std::set<std::pair<int, int>> blocks;
  std::set<int> finished;

  bool reaches(int from, int to) const {
    if (from == to) return true;
    return std::ranges::any_of(blocks, [&](auto const& arc) { return arc.first == from && reaches(arc.second, to); });
  }
  std::int64_t open_blockers(int item) const {
    return std::ranges::count_if(blocks,
                                 [&](auto const& arc) { return arc.second == item && !finished.contains(arc.first); });
  }
};

struct Step {
  int what;  // 0-3 link, 4 unlink, 5 finish, 6 reopen
  int a;
  int b;
};

Step step_of(unsigned number) {
  return {static_cast<int>(number % 7), static_cast<int>(number / 7 % kItems), static_cast<int>(number / 56 % kItems)};
}

void take(Step const& step, Backlog& backlog, std::vector<std::string> const& ids, Model& model) {
  auto const& a = ids[static_cast<std::size_t>(step.a)];
  auto const& b = ids[static_cast<std::size_t>(step.b)];
  auto const who = caller("alice", "s1");
  if (step.what <= 3) {
    auto const reply = backlog.ask(&link, Link{a, LinkKind::blocks, b});
    bool const allowed =
        step.a != step.b && (model.blocks.contains({step.a, step.b}) || !model.reaches(step.b, step.a));
    RC_ASSERT(reply.has_value() == allowed);
    if (allowed)
      model.blocks.insert({step.a, step.b});
    else
      RC_ASSERT(reply.error().code == (step.a == step.b ? ErrorCode::refused : ErrorCode::link_cycle));
  } else if (step.what == 4) {
    RC_ASSERT((backlog.ask(&unlink, Unlink{a, LinkKind::blocks, b})->changed == Changed::yes) ==
              (model.blocks.erase({step.a, step.b}) > 0));
  } else if (step.what == 5 && !model.finished.contains(step.a)) {
    RC_ASSERT(backlog.ask(&claim, Claim{.id = a, .force = Force::yes}, who).has_value());
    RC_ASSERT(backlog.ask(&done, Done{.id = a}, who).has_value());
    model.finished.insert(step.a);
  } else if (step.what == 6 && model.finished.erase(step.a) > 0) {
    RC_ASSERT(backlog.ask(&reopen, Reopen{.id = a}).has_value());
  }
}

TEST_CASE("counts of blockers and refusals of circles agree with a model, whatever is done") {
  // rapidcheck prints the seed of a failure, and how to run it again.
  CHECK(rc::check("random links, completions and reopenings", [](std::vector<unsigned> const& numbers) {
    Backlog backlog;
    std::vector<std::string> ids;
    for (int i = 0; i < kItems; ++i) ids.push_back(backlog.add("item " + std::to_string(i)));
    Model model;
    for (auto const number : numbers) take(step_of(number), backlog, ids, model);
    for (int i = 0; i < kItems; ++i) {
      RC_ASSERT(backlog.show(ids[static_cast<std::size_t>(i)]).open_blockers == model.open_blockers(i));
    }
    RC_ASSERT(backlog.gate_findings().empty());
  }));
}

}  // namespace
}  // namespace decapod::todo
