// Two builds of the program in one store: the newer one gets to lead, and nobody who was served by the older one
// notices.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <boost/json/array.hpp>

#include <signal.h>

#include <set>

#include "workers.h"

using namespace decapod::test;

namespace {

constexpr int kLoops = 3;
constexpr int kAdds = 12;

Answer ask_newer(TempRepository const& repository, Arguments arguments) {
  arguments.emplace_back("--json");
  auto command = repository.command(arguments);
  command.arguments.front() = DECAPOD_NEWER;
  return parse_answer(run(command));
}

// Adds items one after another with the older build; stops at the first that fails.
Command adding(TempRepository const& repository, int loop) {
  auto command = repository.command({});
  auto const script = "for i in $(seq " + std::to_string(kAdds) + "); do '" + binary() + "' todo add \"item " +
                      std::to_string(loop) + "-$i\" --quiet || exit 1; done";
  command.arguments = {"bash", "-c", script};
  return command;
}

struct Serving {
  pid_t pid = 0;
  std::string build;
};

Serving serving(TempRepository const& repository) {
  auto const status = repository.ask({"broker", "status"});
  REQUIRE(status.ok());
  REQUIRE(status.data().contains("pid"));
  return {.pid = static_cast<pid_t>(status.data().at("pid").as_int64()),
          .build = std::string(std::string_view(status.data().at("build").as_string()))};
}

std::multiset<std::string> titles(TempRepository const& repository) {
  std::multiset<std::string> found;
  auto const list = repository.ask({"todo", "list", "--limit", "1000"});
  for (auto const& item : list.data().at("items").as_array()) {
    found.emplace(std::string_view(item.at("title").as_string()));
  }
  return found;
}

}  // namespace

TEST_CASE("a newer build's command makes the older broker leave and serves in its place, and no request is lost") {
  TempRepository repository;
  repository.set_idle(Milliseconds(60'000));
  repository.must({"todo", "add", "first"});
  auto const older = serving(repository);

  std::vector<Child> loops;
  for (int loop = 0; loop < kLoops; ++loop) loops.emplace_back(adding(repository, loop));
  auto const newest = ask_newer(repository, {"todo", "add", "newest"});
  INFO(told(newest));
  CHECK(newest.ok());
  for (auto& loop : loops) {
    auto const ended = loop.wait();
    INFO(ended.error);
    CHECK(ended.status == 0);
  }

  auto const newer = serving(repository);
  CHECK(newer.pid != older.pid);
  CHECK(newer.build == "9.9.9");
  CHECK(read_file(repository.state() + "/broker.log").find("leave: stepped-down") != std::string::npos);

  std::multiset<std::string> expected{"first", "newest"};
  for (int loop = 0; loop < kLoops; ++loop) {
    for (int i = 1; i <= kAdds; ++i) expected.insert("item " + std::to_string(loop) + "-" + std::to_string(i));
  }
  CHECK(titles(repository) == expected);
  // The older build is served by the newer one, and does not push it out in turn.
  CHECK(serving(repository).pid == newer.pid);
  CHECK(repository.must({"broker", "verify"}).find("unbroken") != std::string::npos);
  kill(newer.pid, SIGTERM);
}
