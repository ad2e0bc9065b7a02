// What is shipped cannot be told to die.

#include <catch2/catch.hpp>

#include <support/repository.h>
#include <support/temp_directory.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "killing.h"

using namespace decapod::test;
namespace crash = decapod::crash;
namespace fs = std::filesystem;

namespace {

// The one under test if one is named, else what this build made.
std::string shipped_binary() {
  char const* named = std::getenv("DECAPOD_BINARY");
  return named != nullptr && *named != '\0' ? named : DECAPOD_SHIPPED;
}

// Every sign of a point in a program: names of symbols, names of the plan's file.
std::set<std::string> signs_in(std::string const& program) {
  std::set<std::string> signs;
  auto const bytes = read_file(program);
  for (std::string const sign : {"crash-plan", "5crash", "crash::", "crash/point"})
    if (bytes.find(sign) != std::string::npos) signs.insert(sign);
  return signs;
}

// How often the points of a program that is run with a plan beside it are passed.
std::uint64_t visits_of(std::string const& program) {
  Killing killing;
  // Another program in the place of the link, under the same name and with the same plan.
  fs::remove(killing.program());
  fs::copy_file(program, killing.program());
  TempRepository repository(TempRepository::Store::initialized, killing.program());
  repository.must({"todo", "add", "one"});
  repository.falls_quiet();
  std::uint64_t visits = 0;
  for (auto const& place : all_places()) visits += killing.visits(place);
  return visits;
}

}  // namespace

TEST_CASE("the shipped binary has no crash points: no symbol, no text, and a plan beside it changes nothing") {
  auto const shipped = shipped_binary();
  INFO(shipped);
  REQUIRE(fs::exists(shipped));
  CHECK(signs_in(shipped).empty());
  CHECK(visits_of(shipped) == 0);
  // The same looks find them where they are.
  CHECK(signs_in(DECAPOD_WITH_POINTS).contains("crash-plan"));
  CHECK(signs_in(DECAPOD_WITH_POINTS).contains("5crash"));
  CHECK(visits_of(DECAPOD_WITH_POINTS) > 20);
}

TEST_CASE("a death that was ordered is one death, at the visit that was named") {
  Killing killing;
  TempRepository repository(TempRepository::Store::initialized, killing.program());
  repository.set_idle(Milliseconds(0));
  Place const place{crash::Point::group_committed, crash::Role::command};
  killing.arm(place, 3);
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) statuses.push_back(run(repository.command({"todo", "add", "item"})).status);
  CHECK(statuses == std::vector<int>{0, 0, 128 + 9, 0, 0});
  CHECK(killing.deaths(place) == 1);
  // It died after its COMMIT.
  auto const exported = repository.must({"todo", "export"});
  CHECK(std::count(exported.begin(), exported.end(), '\n') == 5);
}
