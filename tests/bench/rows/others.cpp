// Other programs that keep a backlog for agents, where they are on PATH: another build of decapod, and bd.
#include <filesystem>
#include <stdexcept>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kItems = 100;

// As its users call it, in a folder of its own.
class BdSide {
 public:
  BdSide(std::string program, std::string path) : program_(std::move(program)), path_(std::move(path)) {
    fs::create_directories(path_);
    must(
        {.arguments = {find_program("git"), "init", "--quiet", "."}, .environment = environment(), .directory = path_});
    must(run({"init", "--quiet", "--prefix", "b"}));
  }
  Program run(std::vector<std::string> words) const {
    words.insert(words.begin(), program_);
    return {.arguments = std::move(words), .environment = environment(), .directory = path_};
  }
  Program add(int number) const { return run({"create", "added number " + std::to_string(number)}); }
  Program list() const { return run({"list"}); }

 private:
  std::vector<std::string> environment() const { return {"PATH=/usr/bin:/bin", "HOME=" + path_, "LC_ALL=C"}; }
  std::string program_;
  std::string path_;
};

void measure(Row& row, std::vector<Contender> const& adds, std::vector<Contender> const& lists, Bench const& bench) {
  int const rounds = bench.pick(1, 3, 10);
  int const attempts = bench.pick(2, 8, 20);
  for (auto const& [name, contenders] : {std::pair("add", &adds), std::pair("list", &lists)}) {
    for (auto& series : in_turn(name, *contenders, rounds, attempts)) row.series.push_back(std::move(series));
  }
}

void join(Row& row, DecapodSide& side, std::string const& name, std::vector<Contender>& adds,
          std::vector<Contender>& lists) {
  auto const before = [&side] { side.warm(); };
  adds.push_back({.side = name,
                  .attempt = [&](int i) { return timed(row, side.add(0, "added number " + std::to_string(i))); },
                  .before = before});
  lists.push_back({.side = name,
                   .attempt =
                       [&](int) {
                         return timed(row, side.run(0, {"todo", "list"}));
                       },
                   .before = before});
}

}  // namespace

Row others_row(Bench const& bench) {
  Row row{.name = "others", .title = "The same beside other programs that are on PATH; a broker is there"};
  Scratch const scratch(bench.scratch);
  auto const installed = find_program("decapod");
  auto const bd = find_program("bd");
  bool const another = !installed.empty() && !fs::equivalent(installed, bench.decapod);
  if (!another) row.notes.emplace_back("no other decapod on PATH: skipped");
  if (bd.empty()) row.notes.emplace_back("no bd on PATH: skipped");
  if (!another && bd.empty()) return row;
  DecapodSide ours(bench.decapod, scratch / "ours", kItems);
  std::unique_ptr<DecapodSide> theirs;
  std::unique_ptr<BdSide> beads;
  std::vector<Contender> adds;
  std::vector<Contender> lists;
  join(row, ours, "decapod", adds, lists);
  try {
    if (another) {
      theirs = std::make_unique<DecapodSide>(installed, scratch / "theirs", kItems);
      join(row, *theirs, installed, adds, lists);
    }
    if (!bd.empty()) {
      beads = std::make_unique<BdSide>(bd, scratch / "bd");
      adds.push_back({.side = "bd", .attempt = [&](int i) { return timed(row, beads->add(i)); }});
      lists.push_back({.side = "bd", .attempt = [&](int) { return timed(row, beads->list()); }});
    }
  } catch (std::exception const& fault) {
    // Their command line may have changed: that voids nothing of ours.
    row.notes.push_back(std::string("skipped: ") + fault.what());
  }
  measure(row, adds, lists, bench);
  return row;
}

}  // namespace decapod::bench
