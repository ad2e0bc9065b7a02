// The same commands in a small store and in large ones.
#include <map>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

struct Verb {
  char const* name;
  std::function<Program(DecapodSide const&, int)> make;
  double limit;  // of the largest store against the smallest; 0 if none is set
};

std::vector<Verb> verbs() {
  return {
      {"add", [](DecapodSide const& side, int i) { return side.add(0, "grown " + std::to_string(i) + " latency"); },
       1.3},
      {"claim", [](DecapodSide const& side, int i) { return side.claim(0, i + 1); }, 1.3},
      {"next", [](DecapodSide const& side, int) { return side.claim_next(0); }, 1.3},
      {"show", [](DecapodSide const& side, int i) { return side.show(0, i + 1); }, 1.3},
      {"ready",
       [](DecapodSide const& side, int) {
         return side.run(0, {"todo", "ready"});
       },
       0},
      {"search for few",
       [](DecapodSide const& side, int i) {
         return side.run(0, {"todo", "search", "number " + std::to_string(i + 1)});
       },
       0},
      {"search for many",
       [](DecapodSide const& side, int) {
         return side.run(0, {"todo", "search", "deploy"});
       },
       0},
      {"list",
       [](DecapodSide const& side, int) {
         return side.run(0, {"todo", "list"});
       },
       0},
      {"stats",
       [](DecapodSide const& side, int) {
         // With a sequence to wait for it is never served from the cache.
         return side.run(0, {"todo", "stats", "--min-seq", "1"});
       },
       1.3},
  };
}

// A store that would take longer to fill is left out, and the row says so.
constexpr double kLongestFillS = 900;

// Filling slows down a little as a store grows.
double expected_fill_s(int items, int before, double took_s) {
  return took_s * items / before * 1.5;
}

std::string in_words(int items) {
  return std::to_string(items) + " items";
}

}  // namespace

Row growth_row(Bench const& bench) {
  Row row{.name = "growth", .title = "The same commands, warm, in stores of 1,000 items and more"};
  auto sizes = bench.effort == Effort::full    ? std::vector{1'000, 10'000, 100'000, 1'000'000}
               : bench.effort == Effort::quick ? std::vector{1'000, 10'000}
                                               : std::vector{100, 200};
  Scratch const scratch(bench.scratch);
  std::vector<std::unique_ptr<DecapodSide>> sides;
  Series imports{.side = "decapod", .measure = "import of the largest store", .unit = "s", .rounds = {}};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    auto const items = sizes[i];
    auto const expected = i == 0 ? 0 : expected_fill_s(items, sizes[i - 1], imports.rounds[0][0]);
    if (expected > kLongestFillS) {
      row.notes.push_back(in_words(items) + " are left out: to import them would take about " +
                          std::to_string(static_cast<int>(expected)) + " s here");
      sizes.resize(i);
      break;
    }
    auto const start = now();
    sides.push_back(std::make_unique<DecapodSide>(bench.decapod, scratch / std::to_string(items), items));
    imports.rounds = {{ms_between(start, now()) / 1000}};
  }
  int const rounds = bench.pick(1, 3, 5);
  int const attempts = bench.pick(3, 10, 30);
  for (auto const& verb : verbs()) {
    std::vector<Contender> contenders;
    for (std::size_t i = 0; i < sides.size(); ++i) {
      contenders.push_back({.side = in_words(sizes[i]),
                            .attempt = [&, i](int k) { return timed(row, verb.make(*sides[i], k)); },
                            .before = [&, i] { sides[i]->warm(); }});
    }
    auto series = in_turn(verb.name, contenders, rounds, attempts);
    if (verb.limit > 0) {
      row.goals.push_back(
          ratio_goal(std::string(verb.name) + ": " + in_words(sizes.back()) + " / " + in_words(sizes.front()),
                     series.back(), series.front(), verb.limit));
    }
    for (auto& one : series) row.series.push_back(std::move(one));
  }
  row.series.push_back(imports);
  for (std::size_t i = 0; i < sides.size(); ++i) {
    auto const found = sides[i]->effects();
    if (found.items != sizes[i] + rounds * attempts)
      row.faults.push_back(in_words(sizes[i]) + ": " + std::to_string(found.items) + " items in the end");
  }
  return row;
}

}  // namespace decapod::bench
