#include <decapod/base/short_id.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

using namespace decapod;

TEST_CASE("ids never repeat and look nothing like their neighbours") {
  constexpr std::uint64_t kShort = 1U << 20;
  // Four characters of seven bits behind the "t-": a bit for each is ten times faster than a set of a million.
  std::vector<bool> seen(1U << 28);
  std::uint64_t repeated = 0;
  std::uint64_t of_other_length = 0;
  for (std::uint64_t count = 0; count < kShort; ++count) {
    auto const id = make_short_id("t-", count, 42);
    if (id.size() != 6) ++of_other_length;
    std::size_t bits = 0;
    for (std::size_t at = 2; at < std::min<std::size_t>(id.size(), 6); ++at)
      bits = bits << 7U | static_cast<unsigned char>(id[at]);
    if (seen.at(bits)) ++repeated;
    seen[bits] = true;
  }
  CHECK(repeated == 0);
  CHECK(of_other_length == 0);
  std::set<std::string> longer;
  for (std::uint64_t count = kShort; count < kShort + 50'000; ++count) longer.insert(make_short_id("t-", count, 42));
  CHECK(longer.size() == 50'000);
  CHECK(std::ranges::all_of(longer, [](std::string const& id) { return id.size() == 7; }));
  CHECK(make_short_id("t-", 0, 42) != make_short_id("t-", 0, 43));
  int equal_starts = 0;
  for (std::uint64_t count = 0; count < 1000; ++count) {
    if (make_short_id("t-", count, 42).substr(0, 4) == make_short_id("t-", count + 1, 42).substr(0, 4)) ++equal_starts;
  }
  CHECK(equal_starts < 50);
}
