// A store whose own files were removed or replaced under it.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "workers.h"

#include <boost/json.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <thread>

using namespace decapod::test;
namespace fs = std::filesystem;

namespace {

constexpr int kCommands = 12;

std::size_t items(TempRepository const& repository) {
  auto const answer = repository.ask({"todo", "list", "--limit", "100"});
  INFO(told(answer));
  REQUIRE(answer.ok());
  return answer.data().at("items").as_array().size();
}

// Many commands at once, each adding one item.
void add_from_everywhere(TempRepository const& repository) {
  std::vector<Answer> answers(kCommands);
  in_parallel(kCommands, [&](int i) {
    answers[static_cast<std::size_t>(i)] = repository.ask({"todo", "add", "item " + std::to_string(i)});
  });
  for (auto const& answer : answers) {
    INFO(told(answer));
    CHECK(answer.ok());
  }
}

}  // namespace

TEST_CASE("a snapshot takes the place of nothing inside the state directory, whichever way leads there") {
  TempRepository const repository;
  repository.must({"todo", "add", "first"});
  fs::create_directory_symlink(repository.state() + "/audit", repository.scratch("way-in"));
  fs::create_directory(repository.state() + "/copies");
  auto const trail = repository.state() + "/audit/mutations.jsonl";
  REQUIRE(eventually([&] { return fs::exists(trail) && fs::file_size(trail) > 0; }));
  auto const before = read_file(trail);
  for (auto const& within : {trail, repository.state() + "/audit/new.db", repository.state() + "/copies/s.db",
                             repository.state() + "/copies/../audit/mutations.jsonl", repository.state() + "/.git/HEAD",
                             repository.state() + "/.git/refs/s.db", repository.scratch("way-in/mutations.jsonl")}) {
    CAPTURE(within);
    CHECK(repository.ask({"broker", "snapshot", within, "--force"}).error_code() == "REFUSED");
  }
  CHECK(read_file(trail) == before);
  CHECK(repository.ask({"broker", "verify"}).ok());
  CHECK(repository.ask({"broker", "snapshot", repository.path() + "/.decapod/beside.db"}).ok());
}

TEST_CASE("commands that meet a store without its lock files at the same time make them, and lose nothing") {
  TempRepository const repository;
  repository.must({"todo", "add", "first"});
  SECTION("with nobody leading") {
    REQUIRE(repository.falls_quiet());
  }
  SECTION("under a broker that holds the removed one") {
    REQUIRE(repository.falls_quiet());
    repository.must({"todo", "add", "second"}, {{"DECAPOD_BROKER_IDLE_MS", "20000"}});
  }
  auto const before = items(repository);
  // One or the other, or both.
  auto const [leader, want] = GENERATE(table<bool, bool>({{true, true}, {true, false}, {false, true}}));
  if (leader) fs::remove(repository.leader_lock());
  if (want) fs::remove(repository.state() + "/want.lock");
  add_from_everywhere(repository);
  CHECK(items(repository) == before + kCommands);
  CHECK(fs::is_regular_file(repository.leader_lock()));
  CHECK(fs::is_regular_file(repository.state() + "/want.lock"));
  CHECK(repository.falls_quiet());
  auto const verified = repository.ask({"broker", "verify"});
  INFO(told(verified));
  REQUIRE(verified.ok());
  CHECK(verified.data().at("chains").at(0).at("size") == before + kCommands);
}

TEST_CASE("a broker makes room for a command without sockets, though the sign that somebody waits was removed") {
  TempRepository const repository;
  // A broker lives by the wishes of whoever left it behind, which is not who asks it.
  REQUIRE(repository.falls_quiet());
  repository.must({"todo", "add", "first"}, {{"DECAPOD_BROKER_IDLE_MS", "600000"}});
  // It has looked at the sign before that is removed.
  REQUIRE(eventually([&] { return repository.ask({"broker", "status"}).data().at("serving").as_bool(); }));
  fs::remove(repository.state() + "/want.lock");
  auto const listed = repository.ask_in_sandbox("codex", {"todo", "list"});
  INFO(told(listed));
  REQUIRE(listed.ok());
  CHECK(listed.data().at("items").as_array().size() == 1);
}

TEST_CASE("looking at a store that lost its lock makes nothing") {
  TempRepository const repository;
  repository.must({"todo", "add", "first"});
  REQUIRE(repository.falls_quiet());
  fs::remove(repository.leader_lock());
  auto const where = repository.ask({"where"});
  REQUIRE(where.ok());
  CHECK(where.data().at("state").as_string() == "made");
  CHECK(repository.ask({"doctor"}).ok());
  CHECK_FALSE(fs::exists(repository.leader_lock()));
}

TEST_CASE("a pipe in the place of the log holds nobody up") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  REQUIRE(repository.falls_quiet());
  auto const log = repository.state() + "/broker.log";
  fs::remove(log);
  REQUIRE(mkfifo(log.c_str(), 0600) == 0);
  for (Arguments const& asked : {Arguments{"todo", "list"}, Arguments{"todo", "add", "second"}, Arguments{"doctor"}}) {
    auto command = repository.command(asked);
    command.patience = Milliseconds(20'000);
    auto const done = run(command);
    INFO(done.output << done.error);
    CHECK(done.status != kTimedOut);
    if (asked.front() == "todo") CHECK(done.status == 0);
  }
  CHECK(fs::is_fifo(log));
  CHECK(items(repository) == 2);
}

TEST_CASE("while its lock is removed again and again, no command says that there is no store") {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  repository.must({"todo", "add", "first"});
  std::vector<Answer> answers(kCommands);
  in_parallel(kCommands + 1, [&](int i) {
    for (int turn = 0; i == kCommands && turn < 200; ++turn) {
      fs::remove(repository.leader_lock());
      std::this_thread::sleep_for(Milliseconds(1));
    }
    if (i < kCommands) answers[static_cast<std::size_t>(i)] = repository.ask({"todo", "list"});
  });
  // Whoever finds it gone a hundred times in a row may give up, and says so.
  for (auto const& answer : answers) {
    INFO(told(answer));
    CHECK((answer.ok() || answer.error_code() == "UNREACHABLE"));
  }
  CHECK(std::ranges::any_of(answers, &Answer::ok));
}
