// How much memory and disk: the broker, one command, the binary. And the import of a real backlog.
#include <filesystem>
#include <fstream>
#include <thread>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {

Row sizes_row(Bench const& bench) {
  Row row{.name = "sizes", .title = "Memory and size"};
  Scratch const scratch(bench.scratch);
  DecapodSide side(bench.decapod, scratch / "repo", 1000);
  side.warm();
  for (int i = 0; i < 20; ++i) timed(row, side.add(0, "size " + std::to_string(i)));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  auto const mb = [](long kib) { return static_cast<double>(kib) / 1024; };
  auto const idle = mb(memory_kib_of(side.server(), "VmRSS"));
  auto const peak = mb(memory_kib_of(side.server(), "VmHWM"));
  auto const binary = static_cast<double>(std::filesystem::file_size(bench.decapod)) / 1024 / 1024;
  row.series = {{.side = "broker, idle", .measure = "memory", .unit = "MB", .rounds = {{idle}}},
                {.side = "broker, peak", .measure = "memory", .unit = "MB", .rounds = {{peak}}},
                {.side = "binary", .measure = "size", .unit = "MB", .rounds = {{binary}}}};
  auto const program = sqlite3_program(bench, scratch / "program.db", 1000, Journal::wal);
  auto const once = open_per_operation(bench, scratch / "once.db", 1000, Closing::keeps_wal);
  for (Side const* one : std::initializer_list<Side const*>{&side, program.get(), once.get()}) {
    row.series.push_back({one->name(), "memory of one show", "MB", {{peak_mb_of(bench, one->show(0, 1))}}});
    row.series.push_back({one->name(), "memory of one add", "MB", {{peak_mb_of(bench, one->add(0, "weighed"))}}});
  }
  row.goals.push_back({"idle broker's memory in MB", idle, 0, 0, Bound::at_most, 12});
  row.goals.push_back({"binary in MB", binary, 0, 0, Bound::at_most, 6});
  return row;
}

Row import_row(Bench const& bench) {
  Row row{.name = "import", .title = "Import of a backlog into an empty store, nobody serves"};
  auto backlog = bench.backlog;
  Scratch const scratch(bench.scratch);
  if (backlog.empty()) {
    backlog = scratch / "made.jsonl";
    write_backlog(backlog, 1, 3000);
    row.notes.emplace_back("no real backlog was named (--backlog): one was made");
  }
  Series times{.side = "decapod", .measure = "import", .unit = "ms", .rounds = {}};
  for (int i = 0; i < bench.pick(1, 3, 5); ++i) {
    DecapodSide side(bench.decapod, scratch / ("repo" + std::to_string(i)), 0);
    side.cool();
    times.rounds.push_back({timed(row, side.run(0, {"todo", "import", backlog, "--timeout", "5m"}))});
    row.notes = {std::to_string(side.effects().items) + " items"};
  }
  row.series = {times};
  return row;
}

}  // namespace decapod::bench
