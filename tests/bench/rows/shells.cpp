// N agent shells at once, each one command after the other, against N shells that open SQLite per operation.
#include <algorithm>
#include <random>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

constexpr std::uint32_t kSeed = 20260;
constexpr int kItems = 2000;

struct Plan {
  std::vector<Script> scripts;
  Effects expected;  // beside the items that were there
};

// Every side gets the same plan: the same kinds in the same order to the same items.
Plan adds(Side& side, int shells, int each, int round) {
  Plan plan;
  for (int shell = 0; shell < shells; ++shell) {
    auto& script = plan.scripts.emplace_back();
    for (int i = 0; i < each; ++i)
      script.push_back(side.add(shell, "from " + std::to_string(shell) + ' ' + std::to_string(round * each + i)));
  }
  plan.expected.items = shells * each;
  return plan;
}

// 60 % read, 25 % update, 10 % add, 5 % done. Items to be finished are the shell's own, taken before.
Plan mixed(Side& side, int shells, int each, int round) {
  Plan plan;
  int const own = kItems / 2 / shells;  // of the first half; the second half is everybody's
  std::mt19937 random(kSeed + static_cast<std::uint32_t>(round));
  for (int shell = 0; shell < shells; ++shell) {
    auto& script = plan.scripts.emplace_back();
    int finished = 0;
    for (int i = 0; i < each; ++i) {
      int const item = kItems / 2 + 1 + static_cast<int>(random() % (kItems / 2));
      auto const kind = random() % 100;
      if (kind < 60) {
        script.push_back(side.show(shell, item));
      } else if (kind < 85) {
        script.push_back(side.update(shell, item, static_cast<int>(random() % 5)));
        ++plan.expected.updates;
      } else if (kind < 95 || finished == own) {
        script.push_back(side.add(shell, "mixed " + std::to_string(shell) + ' ' + std::to_string(i)));
        ++plan.expected.items;
      } else {
        script.push_back(side.done(shell, shell * own + ++finished));
        ++plan.expected.done;
      }
    }
    if (finished > 0) side.prepare_done(shell, shell * own + 1, shell * own + finished);
  }
  return plan;
}

struct Measured {
  std::vector<double> per_second;
  std::vector<double> worst_p99;
  std::vector<std::vector<double>> latency;
  std::vector<double> fairness;
  std::vector<double> cpu_ms_each;
  double batch = 0;
  int locked = 0;
};

void account(Row& row, std::string const& where, ShellsRun const& run, Measured& measured) {
  measured.per_second.push_back(run.per_second());
  measured.worst_p99.push_back(run.worst_p99());
  auto& all = measured.latency.emplace_back();
  for (auto const& shell : run.latency_ms) all.insert(all.end(), shell.begin(), shell.end());
  measured.fairness.push_back(run.fairness());
  measured.cpu_ms_each.push_back(run.cpu_ms / std::max(run.done, 1));
  measured.locked += run.locked;
  if (run.failed > 0) row.faults.push_back(where + ": " + std::to_string(run.failed) + " failed: " + run.first_failure);
}

void check(Row& row, std::string const& where, Effects const& found, Effects const& wanted, int locked) {
  auto const differ = [&](char const* what, std::int64_t is, std::int64_t should) {
    if (is == should || (locked > 0 && is < should && is >= should - locked)) return;
    row.faults.push_back(where + ": " + std::to_string(is) + ' ' + what + ", not " + std::to_string(should));
  };
  differ("items", found.items, wanted.items);
  differ("updates", found.updates, wanted.updates);
  differ("claimed", found.claimed, wanted.claimed);
  differ("done", found.done, wanted.done);
}

// Each value is a round of its own, so that ratios have a spread.
std::vector<std::vector<double>> each_alone(std::vector<double> const& values) {
  std::vector<std::vector<double>> rounds;
  for (double const value : values) rounds.push_back({value});
  return rounds;
}

void keep(Row& row, std::string const& side, std::string const& what, Measured const& measured) {
  row.series.push_back({side, what + ": operations", "1/s", each_alone(measured.per_second)});
  row.series.push_back({side, what + ": one operation", "ms", measured.latency});
  row.series.push_back({side, what + ": worst client's p99", "ms", each_alone(measured.worst_p99)});
  row.series.push_back({side, what + ": Jain", "", each_alone(measured.fairness)});
  row.series.push_back({side, what + ": CPU an operation", "ms", each_alone(measured.cpu_ms_each)});
  if (measured.batch > 0) row.series.push_back({side, what + ": average batch", "", {{measured.batch}}});
  row.series.push_back({side, what + ": lock errors", "", {{static_cast<double>(measured.locked)}}});
}

using MakePlan = Plan (*)(Side&, int, int, int);

// Fresh stores each round: the same work from the same state.
void run_round(Row& row, Bench const& bench, MakePlan make, int shells, int each, int round, bool ours,
               Measured& measured) {
  Scratch const scratch(bench.scratch);
  std::unique_ptr<Side> side;
  if (ours)
    side = std::make_unique<DecapodSide>(bench.decapod, scratch / "repo", kItems);
  else
    side = open_per_operation(bench, scratch / "once.db", kItems, Closing::checkpoints);
  auto plan = make(*side, shells, each, round);
  side->warm();
  auto const where = side->name() + ", N = " + std::to_string(shells);
  account(row, where, run_shells(plan.scripts, side->server()), measured);
  if (auto* decapod = dynamic_cast<DecapodSide*>(side.get())) {
    auto const groups = static_cast<double>(decapod->status("groups"));
    if (groups > 0) measured.batch = static_cast<double>(decapod->status("grouped_writes")) / groups;
  }
  plan.expected.items += kItems;
  check(row, where, side->effects(), plan.expected, measured.locked);
}

struct Kind {
  char const* name;
  MakePlan make;
};

std::vector<int> numbers_of_shells(Bench const& bench) {
  if (bench.effort == Effort::smoke) return {2};
  if (bench.effort == Effort::quick) return {1, 8, 32};
  return {1, 2, 4, 8, 16, 32, 64};
}

}  // namespace

Row shells_row(Bench const& bench) {
  Row row{.name = "shells", .title = "N agent shells, one process an operation"};
  for (auto const& [kind, make] : {Kind{"add", adds}, Kind{"mixed", mixed}}) {
    for (int const shells : numbers_of_shells(bench)) {
      int const each = std::max(bench.pick(8, 480, 1280) / shells, 8);
      Measured ours, theirs;
      for (int round = 0; round < bench.pick(1, 2, 5); ++round) {
        run_round(row, bench, make, shells, each, round, true, ours);
        run_round(row, bench, make, shells, each, round, false, theirs);
      }
      auto const what = std::string(kind) + ", N = " + std::to_string(shells);
      auto const first = row.series.size();
      keep(row, "decapod", what, ours);
      auto const second = row.series.size();
      keep(row, "C, opens per operation", what, theirs);
      if (shells == 32 && make == mixed) {
        row.goals.push_back(ratio_goal("mixed, 32 shells: throughput / C, opens per operation", row.series[first],
                                       row.series[second], 1.5, Bound::at_least));
        row.goals.push_back(ratio_goal("mixed, 32 shells: worst client's p99 / C, opens per operation",
                                       row.series[first + 2], row.series[second + 2], 0.2));
      }
    }
  }
  return row;
}

Row claim_race_row(Bench const& bench) {
  Row row{.name = "claim-race", .title = "N agent shells take the best item until none is left"};
  int const items = bench.pick(20, 200, 500);
  for (int const shells : numbers_of_shells(bench)) {
    Measured ours, theirs;
    for (int round = 0; round < bench.pick(1, 2, 5); ++round) {
      for (bool const is_ours : {true, false}) {
        Scratch const scratch(bench.scratch);
        std::unique_ptr<Side> side;
        if (is_ours)
          side = std::make_unique<DecapodSide>(bench.decapod, scratch / "repo", items);
        else
          side = open_per_operation(bench, scratch / "once.db", items, Closing::checkpoints);
        std::vector<Script> scripts;
        for (int shell = 0; shell < shells; ++shell)
          scripts.emplace_back(static_cast<std::size_t>(items) + 1, side->claim_next(shell));
        side->warm();
        auto& measured = is_ours ? ours : theirs;
        auto const run = run_shells(scripts, side->server());
        auto const where = side->name() + ", N = " + std::to_string(shells);
        account(row, where, run, measured);
        check(row, where, side->effects(), {.items = items, .updates = 0, .claimed = items, .done = 0}, 0);
        if (run.done != items)
          row.faults.push_back(where + ": " + std::to_string(run.done) + " winners of " + std::to_string(items));
      }
    }
    auto const what = "claim, N = " + std::to_string(shells);
    keep(row, "decapod", what, ours);
    keep(row, "C, opens per operation", what, theirs);
  }
  return row;
}

}  // namespace decapod::bench
