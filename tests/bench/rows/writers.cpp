// N long-lived writers, each with one connection, and a sync that takes as long as it does or longer.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

constexpr int kItems = 1000;
constexpr int kJudgedWriters = 8;  // by their p99
constexpr int kWarming = 1;        // updates of each writer before the clock runs

struct WritersRun {
  double wall_ms = 0;
  std::vector<std::vector<double>> latency_ms;
  std::vector<std::vector<double>> finished_ms;
  long locks = 0;
  std::uint64_t syncs = 0;
  double batch = 0;
  double peak_mb = 0;  // all processes together

  double per_second() const {
    double count = 0;
    for (auto const& writer : latency_ms) count += static_cast<double>(writer.size());
    return count * 1000 / wall_ms;
  }
};

// The counter of the slow-sync VFS, which is in the builds of both sides.
class SyncCount {
 public:
  explicit SyncCount(std::string const& store) : path_(store + "-syncs") {
    std::ofstream(path_, std::ios::binary).write("\0\0\0\0\0\0\0", 8);
  }
  std::uint64_t read() const {
    std::uint64_t count = 0;
    std::ifstream(path_, std::ios::binary).read(reinterpret_cast<char*>(&count), sizeof count);
    return count;
  }

 private:
  std::string path_;
};

void add_intervals(WritersRun& run, std::vector<double> const& moments_ms) {
  auto& latency = run.latency_ms.emplace_back();
  for (std::size_t i = 1; i < moments_ms.size(); ++i) latency.push_back(moments_ms[i] - moments_ms[i - 1]);
  run.finished_ms.emplace_back(moments_ms.begin() + 1, moments_ms.end());
}

// One `decapod batch`: its answers are seen as lines on a pipe.
struct Batch {
  Running process;
  std::vector<double> moments_ms;  // of the start and of each answer
  std::size_t failed = 0;
  std::string rest;
};

// Each sets another priority than the one before it.
std::string edits(int item, int from, int count) {
  std::string lines;
  for (int i = from; i < from + count; ++i)
    lines += R"({"op":"todo.edit","args":{"id":")" + DecapodSide::id(item) + R"(","priority":)" +
             std::to_string((item + i + 1) % 5) + "}}\n";
  return lines;
}

void put(int pipe, std::string const& text) {
  if (write(pipe, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("a run's requests do not fit into a pipe");
}

// Reads what is there; every complete line is an answer that came now.
bool take_answers(Batch& batch, Moment start) {
  char block[65536];
  auto const got = read(batch.process.output(), block, sizeof block);
  if (got <= 0) return false;
  auto const at = ms_between(start, now());
  for (char const* from = block; from < block + got;) {
    auto const* end = static_cast<char const*>(std::memchr(from, '\n', static_cast<std::size_t>(block + got - from)));
    batch.rest.append(from, end == nullptr ? block + got : end);
    if (end == nullptr) return true;
    if (batch.rest.find("\"ok\":true") == std::string::npos) ++batch.failed;
    batch.rest.clear();
    batch.moments_ms.push_back(at);
    from = end + 1;
  }
  return true;
}

void collect(std::vector<Batch>& batches, Moment start, std::size_t answers) {
  for (;;) {
    std::vector<pollfd> open;
    std::vector<Batch*> owners;
    for (auto& batch : batches) {
      if (batch.moments_ms.size() > answers) continue;
      open.push_back({batch.process.output(), POLLIN, 0});
      owners.push_back(&batch);
    }
    if (open.empty()) return;
    if (poll(open.data(), open.size(), 60'000) <= 0) throw std::runtime_error("no answer for a minute");
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].revents != 0 && !take_answers(*owners[i], start)) throw std::runtime_error("a batch ended early");
    }
  }
}

WritersRun run_decapod(Row& row, DecapodSide& side, int writers, int each) {
  SyncCount const syncs(side.database());  // before the broker opens the store
  side.warm();
  auto const server = side.server();
  std::vector<Batch> batches;
  for (int i = 0; i < writers; ++i) {
    batches.push_back({.process = Running(side.run(i, {"batch"}), Streams::piped), .moments_ms = {0}, .rest = {}});
    put(batches.back().process.input(), edits(i + 1, 4, kWarming));  // the peer has prepared its statements, too
  }
  collect(batches, now(), 1);
  auto const groups = side.status("groups");
  auto const syncs_before = syncs.read();
  auto const start = now();
  for (int i = 0; i < writers; ++i) {
    batches[static_cast<std::size_t>(i)].moments_ms = {0};
    put(batches[static_cast<std::size_t>(i)].process.input(), edits(i + 1, 0, each));
  }
  collect(batches, start, static_cast<std::size_t>(each));
  WritersRun run;
  run.wall_ms = ms_between(start, now());
  run.syncs = syncs.read() - syncs_before;
  auto const done_groups = side.status("groups") - groups;
  if (done_groups > 0) run.batch = static_cast<double>(writers * each) / static_cast<double>(done_groups);
  run.peak_mb = static_cast<double>(memory_kib_of(server, "VmHWM")) / 1024;
  for (auto& batch : batches) {
    add_intervals(run, batch.moments_ms);
    if (batch.failed > 0) row.faults.push_back("decapod: " + std::to_string(batch.failed) + " updates failed");
    run.peak_mb += static_cast<double>(memory_kib_of(batch.process.pid(), "VmHWM")) / 1024;
    batch.process.wait();
  }
  return run;
}

WritersRun run_peer(Bench const& bench, std::string const& store, std::string const& program, int writers, int each) {
  SyncCount const syncs(store);
  std::vector<Running> processes;
  for (int i = 0; i < writers; ++i) {
    processes.emplace_back(
        Program{.arguments = {bench.peers + '/' + program, store, std::to_string(i + 1), std::to_string(each)},
                .environment = {},
                .directory = ""},
        Streams::piped);
    char ready[6];
    for (std::size_t got = 0; got < sizeof ready;) {
      auto const n = read(processes.back().output(), ready + got, sizeof ready - got);
      if (n <= 0) throw std::runtime_error("a writer did not begin");
      got += static_cast<std::size_t>(n);
    }
  }
  auto const syncs_before = syncs.read();
  auto const start = now();
  for (auto& process : processes) put(process.input(), "g");
  WritersRun run;
  auto const start_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(start.time_since_epoch()).count();
  for (auto& process : processes) {
    auto const ended = process.wait();
    std::istringstream lines(ended.output);
    std::string word;
    long locks = 0;
    long peak_kib = 0;
    lines >> word >> locks >> word >> peak_kib;
    run.locks += locks;
    std::vector<double> moments;
    for (std::int64_t at = 0; lines >> at;) moments.push_back(static_cast<double>(at - start_ns) / 1e6);
    if (ended.status != 0 || moments.size() != static_cast<std::size_t>(each) + 1)
      throw std::runtime_error("a writer ended with " + std::to_string(ended.status));
    run.wall_ms = std::max(run.wall_ms, moments.back());
    add_intervals(run, moments);
    run.peak_mb += static_cast<double>(peak_kib) / 1024;
  }
  run.syncs = syncs.read() - syncs_before;
  return run;
}

struct Rounds {
  std::vector<WritersRun> ours;
  std::vector<WritersRun> theirs;
};

Series series_of(std::string const& side, std::string const& what, std::string const& unit,
                 std::vector<WritersRun> const& runs, std::function<std::vector<double>(WritersRun const&)> const& of) {
  Series series{.side = side, .measure = what, .unit = unit, .rounds = {}};
  for (auto const& run : runs) series.rounds.push_back(of(run));
  return series;
}

std::vector<double> latencies(WritersRun const& run) {
  return flattened(run.latency_ms);
}

void keep(Row& row, std::string const& side, std::string const& what, std::vector<WritersRun> const& runs) {
  auto const add = [&](std::string const& name, std::string const& unit, auto const& of) {
    row.series.push_back(series_of(side, what + ": " + name, unit, runs, of));
  };
  add("updates", "1/s", [](WritersRun const& run) { return std::vector{run.per_second()}; });
  add("one update", "ms", latencies);
  add("Jain", "", [](WritersRun const& run) { return std::vector{jain(shares_at_first_finish(run.finished_ms))}; });
  add("lock errors", "", [](WritersRun const& run) { return std::vector{static_cast<double>(run.locks)}; });
  add("syncs", "1/s",
      [](WritersRun const& run) { return std::vector{static_cast<double>(run.syncs) * 1000 / run.wall_ms}; });
  if (side == "decapod") add("average batch", "", [](WritersRun const& run) { return std::vector{run.batch}; });
  add("peak memory, all processes", "MB", [](WritersRun const& run) { return std::vector{run.peak_mb}; });
}

Rounds measure(Row& row, Bench const& bench, int writers, int delay_us, int rounds) {
  int const total = delay_us == 0 ? bench.pick(40, 1920, 6400) : bench.pick(20, 640, delay_us > 2000 ? 640 : 1280);
  // The run whose p99 is a goal lasts for some seconds: what comes about twice a second, as folds do, has its share in
  // it as in steady use, whichever way it falls.
  bool const judged = writers == kJudgedWriters && delay_us == 0;
  int const each = judged ? bench.pick(10, 800, 2000) : std::clamp(total / writers, 10, 400);
  auto const delay = std::to_string(delay_us);
  Rounds all;
  for (int round = 0; round < rounds; ++round) {
    Scratch const scratch(bench.scratch);
    DecapodSide ours(bench.builds + "/decapod-sync-" + delay, scratch / "repo", kItems);
    all.ours.push_back(run_decapod(row, ours, writers, each));
    auto const store = scratch / "writers.db";
    make_peer_store(bench, store, kItems);
    all.theirs.push_back(run_peer(bench, store, "writer-sync-" + delay, writers, each));
    for (auto const found : {ours.effects().updates - writers * kWarming, peer_effects(bench, store).updates}) {
      if (found != writers * each)
        row.faults.push_back(std::to_string(found) + " updates, not " + std::to_string(writers * each));
    }
  }
  return all;
}

void set_goals(Row& row, Rounds const& all, int writers, int delay_us, Series const& ours, Series const& theirs) {
  if (writers == 64 && delay_us <= 1000) {
    row.goals.push_back(ratio_goal(
        delay_us == 0 ? "64 writers: throughput / C, long-lived" : "64 writers, 1 ms sync: throughput / C, long-lived",
        ours, theirs, delay_us == 0 ? 3 : 12, Bound::at_least));
  }
  if (writers == 64 && delay_us == 0) {
    std::vector<double> fair;
    long locks = 0;
    for (auto const& run : all.ours) {
      fair.push_back(jain(shares_at_first_finish(run.finished_ms)));
      locks += run.locks;
    }
    auto const summary = summarize(fair);
    row.goals.push_back({"64 writers: Jain", summary.p50, summary.least, summary.most, Bound::at_least, 0.98});
    row.goals.push_back({"64 writers: lock errors", static_cast<double>(locks), 0, 0, Bound::at_most, 0});
  }
  if (writers == kJudgedWriters && delay_us == 0) {
    std::vector<double> p99;
    for (auto const& run : all.ours) p99.push_back(percentile(latencies(run), 99));
    auto const summary = summarize(p99);
    row.goals.push_back({"8 writers: p99 in ms", summary.p50, summary.least, summary.most, Bound::at_most, 2});
  }
}

}  // namespace

Row writers_row(Bench const& bench) {
  Row row{.name = "writers", .title = "N long-lived writers; each update with its ledger row and audit row"};
  auto const numbers = bench.effort == Effort::full    ? std::vector{1, 2, 4, 8, 16, 32, 64}
                       : bench.effort == Effort::quick ? std::vector{8, 64}
                                                       : std::vector{2};
  auto const delays = bench.effort == Effort::full    ? std::vector{0, 1000, 5000}
                      : bench.effort == Effort::quick ? std::vector{0, 1000}
                                                      : std::vector{0};
  for (int const delay_us : delays) {
    for (int const writers : numbers) {
      auto const all = measure(row, bench, writers, delay_us, bench.pick(1, 3, 5));
      auto const what = "N = " + std::to_string(writers) +
                        (delay_us == 0 ? "" : ", sync + " + std::to_string(delay_us / 1000) + " ms");
      auto const first = row.series.size();
      keep(row, "decapod", what, all.ours);
      auto const second = row.series.size();
      keep(row, "C, long-lived", what, all.theirs);
      set_goals(row, all, writers, delay_us, row.series[first], row.series[second]);
    }
  }
  row.notes.push_back(
      "The peer measures itself in its own process; decapod's answers are timed when the driver has read them from a "
      "pipe: that is in the peer's favour.");
  return row;
}

}  // namespace decapod::bench
