#include "runs.h"

#include <algorithm>
#include <latch>
#include <mutex>
#include <thread>

namespace decapod::bench {
namespace {

constexpr int kLocked = 75;        // of the C peer
constexpr int kSqlite3Locked = 5;  // of the sqlite3 program: SQLITE_BUSY
constexpr auto kRest = std::chrono::milliseconds(150);
// Before each command that is measured one by one, of every side: what was done before it is over by then.
constexpr auto kAlone = std::chrono::milliseconds(20);

struct ShellResult {
  std::vector<double> latency_ms;
  std::vector<Moment> finished;
  std::vector<Finished> ends;
};

void run_script(Script const& script, ShellResult& result) {
  for (auto const& program : script) {
    auto ended = launch(program);
    result.latency_ms.push_back(ended.wall_ms());
    result.finished.push_back(ended.ended);
    bool const over = ended.status == kNothingThere;
    result.ends.push_back(std::move(ended));
    if (over) return;
  }
}

void count(ShellsRun& run, Finished const& ended) {
  run.cpu_ms += ended.cpu_ms;
  switch (ended.status) {
    case 0:
      ++run.done;
      break;
    case kNothingThere:
      ++run.nothing_there;
      break;
    case kLocked:
    case kSqlite3Locked:
      ++run.locked;
      break;
    default:
      if (++run.failed == 1) run.first_failure = "exit status " + std::to_string(ended.status);
  }
}

}  // namespace

double peak_mb_of(Bench const& bench, Program program) {
  program.arguments.insert(program.arguments.begin(), bench.peers + "/weigh");
  return std::stod(must(program)) / 1024;
}

namespace {

std::vector<Series> empty_series(std::string const& measure, std::vector<Contender> const& contenders) {
  std::vector<Series> all;
  for (auto const& contender : contenders) {
    all.push_back({.side = contender.side, .measure = measure, .unit = "ms", .rounds = {}});
  }
  return all;
}

}  // namespace

std::vector<Series> in_turn(std::string const& measure, std::vector<Contender> const& contenders, int rounds,
                            int attempts) {
  auto all = empty_series(measure, contenders);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      std::this_thread::sleep_for(kRest);
      contenders[i].before();
      auto& values = all[i].rounds.emplace_back();
      for (int k = 0; k < attempts; ++k) values.push_back(contenders[i].attempt(round * attempts + k));
      contenders[i].after();
    }
  }
  return all;
}

std::vector<Series> one_by_one(std::string const& measure, std::vector<Contender> const& contenders, int rounds,
                               int attempts) {
  auto all = empty_series(measure, contenders);
  for (int round = 0; round < rounds; ++round) {
    for (auto& series : all) series.rounds.emplace_back();
    for (int k = 0; k < attempts; ++k) {
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        contenders[i].before();
        std::this_thread::sleep_for(kAlone);
        all[i].rounds.back().push_back(contenders[i].attempt(round * attempts + k));
        contenders[i].after();
      }
    }
  }
  return all;
}

double timed(Row& row, Program const& program) {
  auto const ended = launch(program);
  if (ended.status != 0) row.faults.push_back(program.arguments[0] + ": exit status " + std::to_string(ended.status));
  return ended.wall_ms();
}

double ShellsRun::worst_p99() const {
  double worst = 0;
  for (auto const& shell : latency_ms) worst = std::max(worst, percentile(shell, 99));
  return worst;
}

double ShellsRun::fairness() const {
  return jain(shares_at_first_finish(finished_ms));
}

ShellsRun run_shells(std::vector<Script> const& scripts, pid_t server) {
  std::vector<ShellResult> results(scripts.size());
  std::latch ready(static_cast<std::ptrdiff_t>(scripts.size()) + 1);
  auto const server_cpu = server > 0 ? cpu_ms_of(server) : 0;
  Moment started;
  {
    std::vector<std::jthread> shells;
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      shells.emplace_back([&, i] {
        ready.arrive_and_wait();
        run_script(scripts[i], results[i]);
      });
    }
    started = now();
    ready.arrive_and_wait();
  }
  ShellsRun run;
  run.wall_ms = ms_between(started, now());
  if (server > 0) run.cpu_ms += cpu_ms_of(server) - server_cpu;
  for (auto& result : results) {
    run.latency_ms.push_back(std::move(result.latency_ms));
    auto& moments = run.finished_ms.emplace_back();
    for (auto const moment : result.finished) moments.push_back(ms_between(started, moment));
    for (auto const& ended : result.ends) count(run, ended);
  }
  return run;
}

}  // namespace decapod::bench
