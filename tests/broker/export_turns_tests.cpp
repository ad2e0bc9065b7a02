// How the exported trail keeps up with a worker that is asked all the time.

#include <algorithm>

#include "worker_by_hand.h"

namespace decapod::broker {
namespace {

using namespace test;

long lines_in(std::string const& path) {
  auto const text = read_file(path);
  return std::ranges::count(text, '\n');
}

}  // namespace

TEST_CASE(
    "a trail that is far behind catches up a group's worth a turn while somebody waits, and whole when nobody does") {
  Store store;
  long made = 0;
  {
    Bench bench(store);
    for (; made < 1000; ++made) bench.write(add("a", "k" + std::to_string(made)));
  }
  auto const exported = store.paths().exported("mutations");
  WorkerByHand worker(store);
  auto const per_turn = static_cast<long>(ipc::kBatchMax);
  for (long turn = 1; turn <= 2; ++turn) {
    worker.submit(add("a", "w" + std::to_string(turn)), Access::write);
    REQUIRE(worker.turn());
    REQUIRE(worker.answered().has_value());
    CHECK(lines_in(exported) == turn * per_turn);
  }
  REQUIRE(worker.turn());
  CHECK(lines_in(exported) == made + 2);
}

}  // namespace decapod::broker
