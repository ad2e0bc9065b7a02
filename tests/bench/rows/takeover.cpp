// What a change of leader costs whoever asks in that moment.
#include <signal.h>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {

Row takeover_row(Bench const& bench) {
  constexpr int kItems = 1000;
  Row row{.name = "takeover", .title = "An add beside an election, and right after the broker was killed"};
  Scratch const scratch(bench.scratch);
  DecapodSide side(bench.decapod, scratch / "repo", kItems);
  int adds = 0;
  auto const title = [&] { return "takeover " + std::to_string(++adds); };
  std::vector<Contender> const contenders = {
      {.side = "warm",
       .attempt = [&](int) { return timed(row, side.add(0, title())); },
       .before = [&] { side.warm(); }},
      {.side = "right after a kill -9",
       .attempt =
           [&](int) {
             side.warm();
             auto const broker = side.server();
             kill(broker, SIGKILL);
             return timed(row, side.add(0, title()));
           }},
      {.side = "second of two at once, nobody serves",
       .attempt =
           [&](int) {
             side.cool();
             Running first(side.add(0, title()), Streams::discarded);
             auto const second = launch(side.add(1, title()));
             if (first.wait().status != 0 || second.status != 0) row.faults.push_back("an add failed");
             return second.wall_ms();
           }},
  };
  row.series = in_turn("add", contenders, bench.pick(1, 5, 10), bench.pick(2, 10, 20));
  auto const found = side.effects().items;
  if (found != kItems + adds)
    row.faults.push_back(std::to_string(found) + " items, not " + std::to_string(kItems + adds));
  return row;
}

}  // namespace decapod::bench
