#include <catch2/catch.hpp>

#include "statistics.h"

using namespace decapod::bench;

TEST_CASE("a percentile is a value that was measured: the nearest rank") {
  std::vector<double> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  CHECK(percentile(values, 50) == 50);
  CHECK(percentile(values, 95) == 95);
  CHECK(percentile(values, 99) == 99);
  CHECK(percentile(values, 100) == 100);
  CHECK(percentile(values, 0) == 1);
  CHECK(percentile({7}, 99) == 7);
  CHECK(percentile({}, 99) == 0);
}

TEST_CASE("a median of an even number of values lies between the middle two") {
  CHECK(median({4, 1, 3}) == 3);
  CHECK(median({4, 1, 3, 2}) == 2.5);
}

TEST_CASE("a summary has the ends as well as the middle") {
  auto const summary = summarize({3, 1, 2});
  CHECK(summary.count == 3);
  CHECK(summary.least == 1);
  CHECK(summary.p50 == 2);
  CHECK(summary.most == 3);
  CHECK(summarize({}).count == 0);
}

TEST_CASE("Jain's index is 1 for equal shares and 1/n if one has everything") {
  CHECK(jain(std::vector<double>{5, 5, 5, 5}) == Approx(1.0));
  CHECK(jain(std::vector<double>{9, 0, 0, 0}) == Approx(0.25));
  CHECK(jain(std::vector<double>{2, 1}) == Approx(0.9));
}

TEST_CASE("shares are counted until the first client has finished") {
  auto const shares = shares_at_first_finish({{1, 2, 3}, {2, 4, 6}, {10, 20, 30}});
  CHECK(shares == std::vector<double>{3, 1, 0});
}

TEST_CASE("a ratio has the spread of its rounds") {
  auto const ratio = ratio_of({{1, 1, 1}, {3, 3, 3}, {2, 2, 2}}, {{2, 2, 2}, {2, 2, 2}, {2, 2, 2}});
  CHECK(ratio.all == Approx(1.0));
  CHECK(ratio.least == Approx(0.5));
  CHECK(ratio.most == Approx(1.5));
  CHECK_THROWS(ratio_of({{1}}, {}));
}
