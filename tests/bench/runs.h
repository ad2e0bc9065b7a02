#pragma once
// How sides are measured: alone and in turn, or many shells at once.

#include <functional>
#include <string>
#include <vector>

#include "side.h"

namespace decapod::bench {

// One thing to be measured beside others.
struct Contender {
  std::string side;
  std::function<double(int)> attempt;    // what the attempt with this number (over all rounds) took, in ms
  std::function<void()> before = [] {};  // off the clock: in_turn(), before a round's attempts; one_by_one(), each
  std::function<void()> after = [] {};
};

// Rounds in turn: A B C A B C. Between two blocks the machine rests, so that what one side does afterwards (its
// broker's housekeeping, the kernel's writing back) is not the next one's.
std::vector<Series> in_turn(std::string const& measure, std::vector<Contender> const& contenders, int rounds,
                            int attempts);

// One attempt of each in turn: A B C A B C, each after the same rest, in which nothing else is done. For what depends
// on how the processor and its caches were left: nobody has the advantage of having run a moment ago.
std::vector<Series> one_by_one(std::string const& measure, std::vector<Contender> const& contenders, int rounds,
                               int attempts);

// Runs it, and adds a fault to `row` unless the exit status is 0. Wall time in ms.
double timed(Row& row, Program const& program);

// The most memory that it has at once, in MB. Throws std::runtime_error unless the exit status is 0.
double peak_mb_of(Bench const& bench, Program program);

// What one shell does: programs one after the other.
using Script = std::vector<Program>;

struct ShellsRun {
  double wall_ms = 0;
  double cpu_ms = 0;                             // of all processes, the server's share included
  std::vector<std::vector<double>> latency_ms;   // a shell a row
  std::vector<std::vector<double>> finished_ms;  // moments of completion since the start
  int done = 0;
  int nothing_there = 0;
  int locked = 0;  // gave up because of a lock
  int failed = 0;  // any other status
  std::string first_failure;

  double per_second() const { return done * 1000.0 / wall_ms; }
  double worst_p99() const;
  double fairness() const;
};

// All shells at once, each its script; a shell ends early when there is nothing left to take (kNothingThere).
ShellsRun run_shells(std::vector<Script> const& scripts, pid_t server);

}  // namespace decapod::bench
