// The audit trail: proving it, asking it, and what others notice meanwhile.
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

// Records are made by eight clients that edit as fast as they are answered.
void make_records(DecapodSide& side, int records) {
  constexpr int kClients = 8;
  side.warm();
  std::vector<std::jthread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&side, client, each = records / kClients] {
      Running batch(side.run(client, {"batch"}), Streams::piped);
      std::jthread reader([&] {
        char block[65536];
        while (read(batch.output(), block, sizeof block) > 0) {
        }
      });
      for (int i = 0; i < each; ++i) {
        auto const line = R"({"op":"todo.edit","args":{"id":")" + DecapodSide::id(client + 1) + R"(","priority":)" +
                          std::to_string(i % 5) + "}}\n";
        if (write(batch.input(), line.data(), line.size()) < 0) return;
      }
      batch.close_input();
      reader.join();
      batch.wait();
    });
  }
}

struct Shells {
  std::vector<double> shows;
  std::vector<double> adds;
};

// Two shells, one that shows and one that adds, until `over`.
class Others {
 public:
  Others(Row& row, DecapodSide& side, int& adds) : row_(row), side_(side), adds_(adds) {}
  Shells beside(std::function<void()> const& work) {
    Shells shells;
    std::atomic<bool> over = false;
    {
      std::jthread const showing([&] {
        for (int i = 0; !over; ++i) shells.shows.push_back(time(side_.show(1, i % 100 + 1)));
      });
      std::jthread const adding([&] {
        while (!over) shells.adds.push_back(time(side_.add(2, "beside " + std::to_string(++adds_))));
      });
      work();
      over = true;
    }
    return shells;
  }

 private:
  double time(Program const& program) {
    auto const ended = launch(program);
    if (ended.status != 0) {
      std::scoped_lock const guard(mutex_);
      row_.faults.push_back("a command beside ended with " + std::to_string(ended.status));
    }
    return ended.wall_ms();
  }
  Row& row_;
  DecapodSide& side_;
  int& adds_;
  std::mutex mutex_;
};

std::vector<std::vector<double>> one_round_each(std::vector<double> const& values) {
  std::vector<std::vector<double>> rounds;
  for (double const value : values) rounds.push_back({value});
  return rounds;
}

}  // namespace

Row trail_row(Bench const& bench) {
  Row row{.name = "trail", .title = "Proving and asking the trail, and two other shells meanwhile"};
  int const records = bench.pick(400, 40'000, 1'000'000);
  Scratch const scratch(bench.scratch);
  DecapodSide side(bench.decapod, scratch / "repo", 1000);
  auto const start = now();
  make_records(side, records);
  auto const made_s = ms_between(start, now()) / 1000;
  side.warm();
  int adds = 0;
  Others others(row, side, adds);
  std::vector<double> per_core;
  std::vector<double> verify_ms;
  Series quiet_show{.side = "alone", .measure = "show", .unit = "ms", .rounds = {}};
  Series quiet_add{.side = "alone", .measure = "add", .unit = "ms", .rounds = {}};
  Series busy_show{.side = "beside broker verify", .measure = "show", .unit = "ms", .rounds = {}};
  Series busy_add{.side = "beside broker verify", .measure = "add", .unit = "ms", .rounds = {}};
  for (int round = 0; round < bench.pick(1, 3, 4); ++round) {
    Finished verified;
    auto const busy = others.beside([&] { verified = launch(side.run(0, {"broker", "verify", "--timeout", "10m"})); });
    if (verified.status != 0) row.faults.push_back("verify ended with " + std::to_string(verified.status));
    verify_ms.push_back(verified.wall_ms());
    per_core.push_back(records * 1000.0 / verified.cpu_ms);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    auto const quiet = others.beside([&] { std::this_thread::sleep_for(verified.ended - verified.started); });
    quiet_show.rounds.push_back(quiet.shows);
    quiet_add.rounds.push_back(quiet.adds);
    busy_show.rounds.push_back(busy.shows);
    busy_add.rounds.push_back(busy.adds);
  }
  auto const p99 = [](Series const& series) {
    std::vector<double> values;
    for (auto const& round : series.rounds) values.push_back(percentile(round, 99));
    return Series{
        .side = series.side, .measure = series.measure + ": p99", .unit = "ms", .rounds = one_round_each(values)};
  };
  row.goals.push_back({"verify: records a second of processor time", median(per_core), summarize(per_core).least,
                       summarize(per_core).most, Bound::at_least, 300'000});
  row.goals.push_back(ratio_goal("show: p99 beside verify / alone", p99(busy_show), p99(quiet_show), 2));
  row.goals.push_back(ratio_goal("add: p99 beside verify / alone", p99(busy_add), p99(quiet_add), 2));
  row.series = {quiet_show, busy_show, quiet_add, busy_add};
  row.series.push_back({"decapod", "broker verify", "ms", one_round_each(verify_ms)});
  row.series.push_back({"decapod", "verify, of one core", "records/s", one_round_each(per_core)});
  auto asked = in_turn("broker audit",
                       {{.side = "by actor",
                         .attempt =
                             [&](int) {
                               return timed(row, side.run(0, {"broker", "audit", "--actor", "agent-3"}));
                             }},
                        {.side = "by item",
                         .attempt =
                             [&](int) {
                               return timed(row, side.run(0, {"broker", "audit", "--item", "b-2"}));
                             }}},
                       bench.pick(1, 3, 5), bench.pick(2, 20, 30));
  for (auto& one : asked) row.series.push_back(std::move(one));
  row.series.push_back({"decapod", "making the records", "records/s", {{records / made_s}}});
  auto const found = side.effects();
  if (found.updates != records || found.items != 1000 + adds)
    row.faults.push_back(std::to_string(found.updates) + " edits and " + std::to_string(found.items) + " items");
  return row;
}

}  // namespace decapod::bench
