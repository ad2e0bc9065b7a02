// The suite. Rows one after the other; in the end a table of goals, JSON and charts. Exit status 1 if a row is void.
#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <string_view>

#include "report.h"

namespace decapod::bench {
namespace {

constexpr auto kRows = std::to_array<NamedRow>({{"floor", floor_row},
                                                {"warm", warm_row},
                                                {"cold", cold_row},
                                                {"crowd", crowd_row},
                                                {"others", others_row},
                                                {"shells", shells_row},
                                                {"claim-race", claim_race_row},
                                                {"writers", writers_row},
                                                {"equal-reads", equal_reads_row},
                                                {"handover", handover_row},
                                                {"takeover", takeover_row},
                                                {"growth", growth_row},
                                                {"trail", trail_row},
                                                {"import", import_row},
                                                {"sizes", sizes_row}});

constexpr char kUsage[] =
    "usage: decapod_bench --decapod PATH --peers FOLDER --results FOLDER [--builds FOLDER] [--scratch FOLDER]\n"
    "                     [--backlog FILE] [--quick | --smoke] [ROW...]\n";

struct Options {
  Bench bench;
  std::string results;
  std::vector<std::string> rows;
};

bool parse(std::vector<std::string> const& words, Options& options) {
  std::map<std::string, std::string*> const named = {
      {"--decapod", &options.bench.decapod}, {"--peers", &options.bench.peers},     {"--builds", &options.bench.builds},
      {"--scratch", &options.bench.scratch}, {"--backlog", &options.bench.backlog}, {"--results", &options.results}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (auto const found = named.find(words[i]); found != named.end()) {
      if (++i == words.size()) return false;
      *found->second = std::filesystem::absolute(words[i]).string();
    } else if (words[i] == "--quick") {
      options.bench.effort = Effort::quick;
    } else if (words[i] == "--smoke") {
      options.bench.effort = Effort::smoke;
    } else if (words[i].starts_with("-")) {
      return false;
    } else {
      options.rows.push_back(words[i]);
    }
  }
  for (auto const& name : options.rows) {
    if (std::ranges::find(kRows, name, &NamedRow::name) == kRows.end()) return false;
  }
  return !options.bench.decapod.empty() && !options.bench.peers.empty() && !options.results.empty();
}

bool wanted(Options const& options, std::string_view name) {
  return options.rows.empty() || std::ranges::find(options.rows, name) != options.rows.end();
}

// A row that cannot be measured is void, and says why; the others go on.
Row make(NamedRow const& named, Bench const& bench) {
  try {
    return named.make(bench);
  } catch (std::exception const& fault) {
    Row row{.name = std::string(named.name), .title = "not measured"};
    row.faults.emplace_back(fault.what());
    return row;
  }
}

int run(Options options) {
  auto& bench = options.bench;
  if (bench.builds.empty()) bench.builds = bench.peers;
  if (bench.scratch.empty()) bench.scratch = std::filesystem::temp_directory_path();
  auto const facts = describe_machine(bench);
  for (auto const& [name, value] : facts) std::cout << name << ": " << value << '\n';
  std::vector<Row> rows;
  bool sound = true;
  for (auto const& named : kRows) {
    if (!wanted(options, named.name)) continue;
    rows.push_back(make(named, bench));
    print_row(std::cout, rows.back());
    sound = sound && rows.back().faults.empty();
    write_results(options.results, rows, facts);
  }
  print_goals(std::cout, rows);
  std::cout << "\nresults: " << options.results << '\n';
  return sound ? 0 : 1;
}

}  // namespace
}  // namespace decapod::bench

int main(int argc, char** argv) {
  decapod::bench::Options options;
  if (!decapod::bench::parse({argv + 1, argv + argc}, options)) {
    std::cerr << decapod::bench::kUsage;
    return 2;
  }
  return decapod::bench::run(std::move(options));
}
