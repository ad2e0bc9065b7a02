// Sixteen processes want the same item. Exactly one gets it, whoever they are and wherever they run.

#include <catch2/catch.hpp>

#include <support/store_copy.h>

#include "workers.h"

#include <boost/json.hpp>

#include <functional>

using namespace decapod::test;

namespace {

constexpr int kRacers = 16;
constexpr int kRounds = 200;

std::string id_of(Answer const& added) {
  return std::string(added.data().at("item").at("id").as_string());
}

struct Tally {
  int winners = 0;
  int held = 0;
  std::string other;  // the first answer that was neither
};

Tally count(std::vector<Finished> finished) {
  Tally tally;
  for (auto& process : finished) {
    auto const answer = parse_answer(std::move(process));
    if (answer.ok())
      ++tally.winners;
    else if (answer.error_code() == "HELD" && answer.process.status == 4)
      ++tally.held;
    else if (tally.other.empty())
      tally.other = told(answer);
  }
  return tally;
}

// `racer(i, claim)` turns the command "claim this item" into what racer i runs.
void race(TempRepository const& repository, std::function<Command(int, Command)> const& racer) {
  for (int round = 0; round < kRounds; ++round) {
    auto const added = repository.ask({"todo", "add", "prize " + std::to_string(round)});
    REQUIRE(added.ok());
    auto const id = id_of(added);
    std::vector<Command> commands;
    for (int i = 0; i < kRacers; ++i) commands.push_back(racer(i, repository.command({"todo", "claim", id, "--json"})));
    auto const tally = count(run_together(commands));
    INFO("round " << round << ": " << tally.other);
    REQUIRE(tally.winners == 1);
    REQUIRE(tally.held == kRacers - 1);
  }
  StoreCopy const store(repository);
  CHECK(store.number("SELECT count(*) FROM ledger WHERE operation = 'todo.claim' AND status = 'COMMITTED'") == kRounds);
}

Command as_agent(int i, Command command) {
  command.environment["DECAPOD_AGENT_ID"] = "racer-" + std::to_string(i);
  return command;
}

}  // namespace

TEST_CASE("sixteen agents race for an item and one gets it") {
  TempRepository const repository;
  race(repository, as_agent);
}

TEST_CASE("agents in worktrees and in sandboxes race for an item and one gets it") {
  TempRepository const repository;
  auto const first = repository.add_worktree("first");
  auto const second = repository.add_worktree("second");
  race(repository, [&](int i, Command command) {
    command = as_agent(i, std::move(command));
    if (i % 3 == 1) command = in_directory(std::move(command), first);
    if (i % 3 == 2) command = in_directory(std::move(command), second);
    if (i % 8 == 3) command = in_sandbox(std::move(command), "codex");
    if (i % 8 == 5) command = in_sandbox(std::move(command), "claude");
    return command;
  });
}

TEST_CASE("shells without any identity race for an item and one gets it") {
  TempRepository const repository;
  race(repository, [](int, Command command) { return command; });
}
