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
    "a trail that is far behind catches up by twice what a group wrote while somebody waits, and whole when nobody "
    "does") {
  Store store;
  long made = 0;
  {
    Bench bench(store);
    for (; made < 1000; ++made) bench.write(add("a", "k" + std::to_string(made)));
  }
  auto const exported = store.paths().exported("mutations");
  WorkerByHand worker(store);
  auto const write = [&](long group) {
    for (long i = 0; i < group; ++i) worker.submit(add("a", "w" + std::to_string(made++)), Access::write);
    REQUIRE(worker.turn());
    REQUIRE(worker.answered().has_value());
  };
  constexpr long kAtLeast = 16;
  write(1);
  CHECK(lines_in(exported) == kAtLeast);
  write(4);
  CHECK(lines_in(exported) == 2 * kAtLeast);
  write(100);
  CHECK(lines_in(exported) == 2 * kAtLeast + 200);
  REQUIRE(worker.turn());
  CHECK(lines_in(exported) == made);
}

TEST_CASE("a turn that exported while somebody waited leaves the rest to the quiet one after it") {
  Store store;
  {
    WorkerByHand worker(store);
    // Whoever comes first finds nothing exported for a long time.
    worker.submit(add("chaff", "k"), Access::write);
    REQUIRE(worker.turn());
    REQUIRE(lines_in(store.paths().exported("mutations")) == 1);
    REQUIRE(worker.turn());
    worker.settle();
  }
  Bench bench(store);
  CHECK(bench.count("SELECT count(*) FROM counter") == 0);
}

}  // namespace decapod::broker
