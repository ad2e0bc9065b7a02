// A command returns when its answer is there, whatever its caller has tied to it; and whoever stops reading an answer
// delays nobody else. The broker stays for three seconds here, so that anything it kept would show.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/repository.h>

#include "workers.h"

using namespace decapod::test;

namespace {

constexpr Milliseconds kIdle{3'000};
constexpr Milliseconds kPrompt{1'500};

bool broker_is_there(TempRepository const& repository) {
  auto const holders = lock_holders(repository.leader_lock());
  return std::ranges::count(holders, Role::broker, &Holder::role) == 1;
}

// The first command in a quiet store wins the lock and leaves a broker behind.
Finished as_winner(TempRepository& repository, std::string const& script) {
  repository.set_idle(kIdle);
  auto finished = repository.shell(script);
  INFO(finished.output << finished.error);
  CHECK(broker_is_there(repository));
  return finished;
}

void check_prompt(Finished const& finished) {
  INFO(finished.output << finished.error);
  CHECK(finished.status == 0);
  CHECK(finished.wall < kPrompt);
}

}  // namespace

TEST_CASE("a command substitution returns as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  check_prompt(as_winner(repository, "id=$($D todo add one --porcelain) && test -n \"$id\" && $D todo show $id"));
}

TEST_CASE("a pipe ends as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  check_prompt(as_winner(repository, "set -o pipefail; $D todo add one 2>&1 | cat"));
}

TEST_CASE("an extra descriptor that the caller waits for is not kept by the broker") {
  TempRepository repository;
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  check_prompt(as_winner(repository, "x=$( { $D todo add one >/dev/null 2>&1; } 9>&1 3>&1 200>&1 )"));
}

TEST_CASE("timeout(1) around a command returns as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  check_prompt(as_winner(repository, "timeout 20 $D todo add one"));
}

TEST_CASE("the lock of flock(1) around a command is free as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  check_prompt(as_winner(repository, "flock ../the-lock $D todo add one && flock -n ../the-lock true"));
}

TEST_CASE(
    "the broker holds standard streams on /dev/null, the lock, the socket and the store, nothing of the caller's") {
  TempRepository repository;
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  check_prompt(as_winner(repository, "exec 7<../home 8>../caller-file; $D todo add one"));
  auto const holders = lock_holders(repository.leader_lock());
  REQUIRE(holders.size() == 1);
  auto const process = std::filesystem::path("/proc") / std::to_string(holders.front().pid);
  for (auto const& entry : std::filesystem::directory_iterator(process / "fd")) {
    auto const target = std::filesystem::read_symlink(entry.path()).string();
    INFO(entry.path().filename().string() << " -> " << target);
    bool const expected = target == "/dev/null" || target.starts_with("socket:") || target.starts_with("anon_inode:") ||
                          target.starts_with("pipe:") || target.starts_with(repository.state());
    CHECK(expected);
  }
  CHECK(getsid(holders.front().pid) == holders.front().pid);
}

namespace {

// Enough to fill any pipe or socket buffer many times.
void fill(TempRepository const& repository) {
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    lines += R"({"id":"x-)" + std::to_string(i) +
             R"(","title":"large","issue_type":"task","status":"open",)"
             R"("priority":2,"created_at":"2026-01-01T00:00:00Z","description":")" +
             std::string(20'000, 'd') + "\"}\n";
  }
  auto command = repository.command({"todo", "import", "-"});
  command.input = lines;
  auto const finished = run(command);
  INFO(finished.error);
  REQUIRE(finished.status == 0);
}

void check_others_are_served(TempRepository const& repository) {
  for (int i = 0; i < 10; ++i) {
    auto const answer = repository.ask({"todo", "add", "meanwhile"});
    INFO(told(answer));
    CHECK(answer.ok());
    CHECK(answer.process.wall < kPrompt);
  }
}

// Runs `script`, which ends in a reader that never reads, and works on beside it.
void check_beside(TempRepository const& repository, std::string const& script, Environment const& with = {}) {
  auto command = repository.command({}, with);
  command.environment["D"] = binary();
  command.environment["SANDBOX"] = sandbox_launcher();
  command.arguments = {"bash", "-c", script};
  Child const stuck(command);
  std::this_thread::sleep_for(Milliseconds(300));
  check_others_are_served(repository);
}

}  // namespace

TEST_CASE("a reader that stops reading delays nobody") {
  TempRepository repository;
  fill(repository);
  SECTION("of a command that won the lock") {
    REQUIRE(repository.quiet_within(Milliseconds(5'000)));
    check_beside(repository, "$D todo list --all --limit 100 --json | sleep 6; $D todo export | sleep 6");
  }
  SECTION("of a heavy command that won the lock") {
    REQUIRE(repository.quiet_within(Milliseconds(5'000)));
    check_beside(repository, "$D todo export | sleep 6");
  }
  SECTION("of a forwarded command") {
    repository.must({"todo", "stats"});
    check_beside(repository, "$D todo export | sleep 6");
  }
  SECTION("of a command that leaves no broker behind") {
    REQUIRE(repository.quiet_within(Milliseconds(5'000)));
    check_beside(repository, "$D todo export | sleep 6", {{"DECAPOD_BROKER_IDLE_MS", "0"}});
  }
  SECTION("of a command in a sandbox") {
    REQUIRE(repository.quiet_within(Milliseconds(5'000)));
    check_beside(repository, "$SANDBOX codex $D todo export | sleep 6");
  }
  SECTION("of a batch") {
    check_beside(repository,
                 "for i in $(seq 50); do echo '{\"op\":\"todo.export\",\"args\":{}}'; done | $D batch | sleep 6");
  }
}
