// A request id names one effect, however often it is sent.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/store_copy.h>

#include "workers.h"

#include <filesystem>

using namespace decapod::test;

namespace {

constexpr int kSenders = 8;
constexpr int kRounds = 25;

// The number of items with this title.
std::int64_t effects(TempRepository const& repository, std::string const& title) {
  auto const exported = repository.must({"todo", "export"});
  std::int64_t found = 0;
  for (auto at = exported.find('"' + title + '"'); at != std::string::npos;
       at = exported.find('"' + title + '"', at + 1)) {
    ++found;
  }
  return found;
}

std::vector<Command> senders(TempRepository const& repository, std::string const& id, std::string const& title) {
  auto const command = repository.command({"todo", "add", title, "--request-id", id, "--actor", "alice", "--json"});
  return {kSenders, command};
}

void check_equal_replies(std::vector<Finished> const& finished) {
  for (auto const& process : finished) {
    INFO(process.error);
    REQUIRE(process.status == 0);
    REQUIRE(process.output == finished.front().output);
  }
  REQUIRE(parse_answer(finished.front()).marker() != "");
}

}  // namespace

TEST_CASE("one request id sent by eight processes at once has one effect and eight equal replies") {
  TempRepository const repository;
  for (int round = 0; round < kRounds; ++round) {
    auto const name = "once-" + std::to_string(round);
    check_equal_replies(run_together(senders(repository, name, name)));
    REQUIRE(effects(repository, name) == 1);
  }
}

TEST_CASE("one request id sent from inside and outside of sandboxes has one effect and equal replies") {
  TempRepository const repository;
  for (int round = 0; round < kRounds; ++round) {
    auto const name = "anywhere-" + std::to_string(round);
    auto commands = senders(repository, name, name);
    commands[1] = in_sandbox(commands[1], "codex");
    commands[4] = in_sandbox(commands[4], "claude");
    commands[6].environment["DECAPOD_BROKER_IDLE_MS"] = "0";
    check_equal_replies(run_together(commands));
    REQUIRE(effects(repository, name) == 1);
  }
}

TEST_CASE("one request id sent while brokers are killed has one effect and equal replies") {
  TempRepository const repository;
  int kills = 0;
  std::jthread killer([&](std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      if (kill_serving_broker(repository.leader_lock())) ++kills;
      std::this_thread::sleep_for(Milliseconds(2));
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    auto const name = "killed-" + std::to_string(round);
    check_equal_replies(run_together(senders(repository, name, name)));
  }
  killer.request_stop();
  killer.join();
  // Counting reads a page copy, which no broker lives long enough to make before.
  for (int round = 0; round < kRounds; ++round) CHECK(effects(repository, "killed-" + std::to_string(round)) == 1);
  INFO(kills);
  CHECK(kills >= kRounds);
}

TEST_CASE("a request id that was used for something else is refused and has no effect") {
  TempRepository const repository;
  auto const first = repository.ask({"todo", "add", "first", "--request-id", "r1", "--actor", "alice"});
  REQUIRE(first.ok());

  auto const other_payload = repository.ask({"todo", "add", "second", "--request-id", "r1", "--actor", "alice"});
  CHECK(other_payload.error_code() == "REQUEST_ID_CONFLICT");
  CHECK(other_payload.process.status == 4);
  CHECK(effects(repository, "second") == 0);

  auto const other_actor = repository.ask({"todo", "add", "first", "--request-id", "r1", "--actor", "bob"});
  CHECK(other_actor.error_code() == "REQUEST_ID_CONFLICT");
  CHECK(other_actor.process.status == 4);
  CHECK(effects(repository, "first") == 1);

  auto const other_verb =
      repository.ask({"todo", "edit", "t-", "--title", "x", "--request-id", "r1", "--actor", "alice"});
  CHECK(other_verb.error_code() == "REQUEST_ID_CONFLICT");

  // A dry run says what the request itself would be told.
  auto const imagined = [&](std::string const& title, std::string const& actor) {
    return repository.ask({"todo", "add", title, "--request-id", "r1", "--actor", actor, "--dry-run"});
  };
  CHECK(imagined("second", "alice").error_code() == "REQUEST_ID_CONFLICT");
  CHECK(imagined("first", "bob").process.status == 4);
  CHECK(imagined("first", "alice").ok());
  CHECK(effects(repository, "second") == 0);
  CHECK(effects(repository, "first") == 1);
}

TEST_CASE("a restore that is repeated under its request id is answered as before, although its file is gone") {
  TempRepository const repository;
  auto const file = repository.scratch("snapshot.db");
  repository.must({"todo", "add", "before"});
  repository.must({"broker", "snapshot", file});
  repository.must({"todo", "add", "after"});
  auto const restore = [&](std::string const& id, std::string const& from) {
    return repository.ask({"broker", "restore", from, "--request-id", id});
  };
  auto const first = restore("restore-1", file);
  INFO(told(first));
  REQUIRE(first.ok());
  std::filesystem::remove(file);

  auto const again = restore("restore-1", file);
  INFO(told(again));
  REQUIRE(again.ok());
  CHECK(again.envelope.at("status").as_string() == "COMMITTED");
  CHECK(again.marker() == first.marker());
  CHECK(again.data() == first.data());
  CHECK(restore("restore-1", file + "-other").error_code() == "REQUEST_ID_CONFLICT");
  // The ledger was asked and knows nothing of this one: nothing was done, and that is said.
  auto const never = restore("restore-2", file);
  CHECK(never.error_code() == "INPUT_UNREADABLE");
  CHECK(never.envelope.at("status").as_string() == "NOT_COMMITTED");
  CHECK(effects(repository, "after") == 0);
}

TEST_CASE("where the ledger cannot be read, a restore that fails leaves open what its request id did before") {
  TempRepository const repository;
  repository.must({"todo", "add", "before"});
  REQUIRE(repository.falls_quiet());
  write_file(repository.state() + "/decapod.db", std::string(8192, 'x'));
  auto const asked = repository.ask({"broker", "restore", repository.scratch("none"), "--request-id", "restore-1"});
  INFO(told(asked));
  CHECK(asked.error_code() == "OUTCOME_UNKNOWN");
  CHECK(repository.ask({"broker", "restore", repository.scratch("none")}).error_code() == "INPUT_UNREADABLE");
}
