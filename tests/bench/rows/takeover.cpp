// What a change of leader costs whoever asks in that moment.
#include <signal.h>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {

namespace {

constexpr int kItems = 1000;

// A store, and adds that are counted in the end.
class Adds {
 public:
  Adds(Bench const& bench, Row& row)
      : row_(row), scratch_(bench.scratch), side_(bench.decapod, scratch_ / "repo", kItems) {}
  DecapodSide& side() { return side_; }
  Program next(int shell = 0) { return side_.add(shell, "added " + std::to_string(++adds_)); }
  double timed_one() { return timed(row_, next()); }
  void check() {
    auto const found = side_.effects().items;
    if (found != kItems + adds_)
      row_.faults.push_back(std::to_string(found) + " items, not " + std::to_string(kItems + adds_));
  }

 private:
  Row& row_;
  Scratch scratch_;
  DecapodSide side_;
  int adds_ = 0;
};

Contender warm(Adds& adds) {
  return {.side = "warm", .attempt = [&](int) { return adds.timed_one(); }, .before = [&] { adds.side().warm(); }};
}

Contender after_signal(Adds& adds, std::string name, int signal) {
  return {.side = std::move(name), .attempt = [&adds, signal](int) {
            adds.side().warm();
            adds.side().end_server(signal);
            return adds.timed_one();
          }};
}

Contender second_of_two(Adds& adds, Row& row) {
  return {.side = "second of two at once, nobody serves", .attempt = [&](int) {
            adds.side().cool();
            Running first(adds.next(0), Streams::discarded);
            auto const second = launch(adds.next(1));
            if (first.wait().status != 0 || second.status != 0) row.faults.push_back("an add failed");
            return second.wall_ms();
          }};
}

Row changes_of_leader(Bench const& bench, Row row, std::function<std::vector<Contender>(Adds&, Row&)> const& make) {
  Adds adds(bench, row);
  row.series = in_turn("add", make(adds, row), bench.pick(1, 5, 10), bench.pick(2, 10, 20));
  adds.check();
  return row;
}

}  // namespace

Row handover_row(Bench const& bench) {
  return changes_of_leader(
      bench, {.name = "handover", .title = "An add while a command hands over, and while a broker leaves"},
      [](Adds& adds, Row& row) {
        return std::vector{warm(adds), second_of_two(adds, row),
                           after_signal(adds, "the broker was just told to leave", SIGTERM)};
      });
}

Row takeover_row(Bench const& bench) {
  return changes_of_leader(bench, {.name = "takeover", .title = "An add right after the broker was killed"},
                           [](Adds& adds, Row&) {
                             return std::vector{warm(adds), after_signal(adds, "right after a kill -9", SIGKILL)};
                           });
}

}  // namespace decapod::bench
