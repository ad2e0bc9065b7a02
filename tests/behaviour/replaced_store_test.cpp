// A store that is removed, moved or replaced under a live broker; and a broker that is stopped.

#include <catch2/catch.hpp>

#include <support/leader.h>

#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>

using namespace decapod::test;
namespace fs = std::filesystem;
using std::chrono::steady_clock;

namespace {

constexpr Milliseconds kSecond{1000};

// A store with one item and a broker that would stay for a minute.
class Led {
 public:
  Led() {
    repository.set_idle(Milliseconds(60'000));
    repository.must({"todo", "add", "before"});
    REQUIRE(eventually([&] { return !brokers().empty(); }));
  }
  std::vector<pid_t> brokers() const {
    std::vector<pid_t> found;
    for (auto const& holder : lock_holders(repository.leader_lock())) {
      if (holder.role == Role::broker) found.push_back(holder.pid);
    }
    return found;
  }
  TempRepository repository;
};

bool runs(pid_t pid, TempRepository const& repository) {
  auto const running = processes_of(binary(), repository.path());
  return std::ranges::find(running, pid) != running.end();
}

// How long the broker stays after `harm`; the shortest of several tries, each in a fresh store.
steady_clock::duration stays_after(std::function<void(TempRepository const&)> const& harm) {
  return shortest(kSecond, [&] {
    Led led;
    auto const pid = led.brokers().front();
    auto const began = steady_clock::now();
    harm(led.repository);
    REQUIRE(eventually([&] { return !runs(pid, led.repository); }));
    return steady_clock::now() - began;
  });
}

std::set<std::string> titles(TempRepository const& repository) {
  std::set<std::string> found;
  auto const answer = repository.ask({"todo", "list", "--all", "--limit", "1000"});
  INFO(told(answer));
  REQUIRE(answer.ok());
  for (auto const& item : answer.data().at("items").as_array()) {
    found.insert(std::string(item.at("title").as_string()));
  }
  return found;
}

}  // namespace

TEST_CASE("a broker whose store is removed leaves within a second, and the next command says what to do") {
  // A broker that writes why it leaves may do so between two files that are being removed.
  for (auto const& removal : {"until rm -rf .decapod/data; do :; done", "until git clean -ffdxq; do :; done"}) {
    INFO(removal);
    CHECK(stays_after([&](TempRepository const& repository) {
            auto const removed = repository.shell(removal);
            REQUIRE(removed.status == 0);
            REQUIRE_FALSE(fs::exists(repository.leader_lock()));
          }) < kSecond);
    Led led;
    led.repository.shell(removal);
    auto const answer = led.repository.ask({"todo", "add", "after"});
    INFO(told(answer));
    CHECK(answer.error_code() == "STORE_NOT_FOUND");
    CHECK(answer.process.status == 3);
    CHECK(answer.process.output.find("decapod init") != std::string::npos);
    led.repository.must({"init"});
    led.repository.must({"todo", "add", "anew"});
    CHECK(titles(led.repository) == std::set<std::string>{"anew"});
  }
}

TEST_CASE("a broker whose store is moved away leaves within a second, and the store works where it is now") {
  auto const move = [](TempRepository const& repository) {
    fs::rename(repository.path(), repository.scratch("moved"));
    // Who asks at the old place is told so; the test's own end looks there, too.
    fs::create_directory(repository.path());
  };
  CHECK(stays_after(move) < kSecond);
  Led led;
  move(led.repository);
  auto command = in_directory(led.repository.command({"todo", "add", "there", "--json", "--request-id", "there-1"}),
                              led.repository.scratch("moved"));
  command.environment["DECAPOD_BROKER_IDLE_MS"] = "0";
  // The socket has moved along: who finds the old broker before it has looked around is told to repeat, and does.
  CHECK(eventually([&] { return parse_answer(run(command)).ok(); }));
  command.arguments = {binary(), "todo", "list", "--json"};
  CHECK(parse_answer(run(command)).data().at("total").to_number<int>() == 2);
}

TEST_CASE(
    "a broker whose database is replaced by a backup leaves within a second and acknowledges nothing to the old one") {
  struct Way {
    std::string name;
    std::function<void(TempRepository const&)> replace;
  };
  auto const database = [](TempRepository const& repository) { return repository.state() + "/decapod.db"; };
  std::vector<Way> const ways = {
      {"moved over it",
       [&](TempRepository const& repository) { fs::rename(repository.scratch("backup.db"), database(repository)); }},
      {"copied over it",
       [&](TempRepository const& repository) {
         fs::copy_file(repository.scratch("backup.db"), database(repository), fs::copy_options::overwrite_existing);
       }},
      {"deleted", [&](TempRepository const& repository) { fs::remove(database(repository)); }},
  };
  for (auto const& way : ways) {
    INFO(way.name);
    CHECK(stays_after([&](TempRepository const& repository) {
            repository.must({"broker", "snapshot", repository.scratch("backup.db")});
            way.replace(repository);
          }) < kSecond);
    // A write that meets the old broker or its successor: whatever is acknowledged is in the store that is there now.
    Led led;
    led.repository.must({"broker", "snapshot", led.repository.scratch("backup.db")});
    way.replace(led.repository);
    auto const answer = led.repository.ask({"todo", "add", "after"});
    INFO(told(answer));
    if (way.name == "deleted") {
      // No empty store takes its place, whoever asks first.
      auto const later = led.repository.ask({"todo", "add", "later"});
      INFO(told(later));
      CHECK(later.error_code() == "CORRUPT");
      CHECK(later.process.status == 9);
      CHECK_FALSE(answer.ok());
      CHECK_FALSE(fs::exists(database(led.repository)));
      led.repository.must({"broker", "restore", led.repository.scratch("backup.db")});
      CHECK(titles(led.repository) == std::set<std::string>{"before"});
      continue;
    }
    CHECK(led.repository.ask({"todo", "add", "later"}).ok());
    auto const now = titles(led.repository);
    CHECK(now.contains("later"));
    if (answer.ok()) CHECK(now.contains("after"));
    if (!answer.ok()) CHECK(answer.error_code() == "OUTCOME_UNKNOWN");
  }
}

TEST_CASE("a database that is gone while its trail is still there does not pass validation") {
  TempRepository repository;
  repository.must({"todo", "add", "before"});
  REQUIRE(repository.falls_quiet());
  fs::remove(repository.state() + "/decapod.db");
  SECTION("missing") {}
  SECTION("empty") {
    write_file(repository.state() + "/decapod.db", "");
  }
  REQUIRE(fs::exists(repository.leader_lock()));
  auto const answer = repository.ask({"validate", "--store", "repo"});
  INFO(told(answer));
  CHECK(answer.process.status == 6);
  CHECK(answer.process.output.find("DATABASE_GONE") != std::string::npos);
}

TEST_CASE("while something shows that there was a store, no command makes an empty one in its place") {
  TempRepository repository;
  repository.must({"todo", "add", "before"});
  auto const backup = repository.scratch("backup.db");
  repository.must({"broker", "snapshot", backup});
  REQUIRE(repository.falls_quiet());
  auto const gone = repository.state() + "/decapod.db";
  fs::remove(gone);
  SECTION("the last commit that was acknowledged") {
    fs::remove_all(repository.state() + "/audit");
    REQUIRE(fs::exists(repository.state() + "/acknowledged.json"));
    write_file(repository.scratch("kept"), "");
  }
  if (!fs::exists(repository.scratch("kept"))) fs::remove(repository.state() + "/acknowledged.json");
  SECTION("its exported trail") {}
  SECTION("its exported reads") {
    fs::remove(repository.state() + "/audit/mutations.jsonl");
    REQUIRE(fs::exists(repository.state() + "/audit/reads.jsonl"));
  }
  SECTION("a log of commits, beside an empty file") {
    fs::remove_all(repository.state() + "/audit");
    write_file(gone, "");
    write_file(gone + "-wal", "frames");
  }
  SECTION("its exported trail, beside an empty file") {
    write_file(gone, "");
  }
  SECTION("a record of losses") {
    fs::remove_all(repository.state() + "/audit");
    write_file(repository.state() + "/losses.jsonl", "{}\n");
  }
  SECTION("a log of commits") {
    fs::remove_all(repository.state() + "/audit");
    write_file(gone + "-wal", "frames");
  }
  SECTION("a store that a restore kept") {
    fs::remove_all(repository.state() + "/audit");
    fs::create_directory(repository.state() + "/before-restore-1");
  }
  // As a store has its files, so that nothing else is wrong.
  for (auto const& entry : fs::directory_iterator(repository.state())) {
    fs::permissions(entry.path(), fs::perms::group_all | fs::perms::others_all, fs::perm_options::remove);
  }
  auto const validated = repository.ask({"validate", "--store", "repo"});
  INFO(told(validated));
  auto const& said = validated.process.output;
  bool const listed = said.find("DATABASE_GONE") != std::string::npos || said.find("COMMITS_LOST") != std::string::npos;
  CHECK(validated.error_code() == (listed ? "VALIDATION_FAILED" : "CORRUPT"));
  for (Arguments const& asked : {Arguments{"todo", "list"}, Arguments{"todo", "add", "x"},
                                 Arguments{"todo", "next", "--claim"}, Arguments{"broker", "verify"}}) {
    auto const answer = repository.ask(asked);
    INFO(told(answer));
    CHECK(answer.error_code() == "CORRUPT");
    CHECK(answer.process.status == 9);
    CHECK(answer.process.output.find("decapod broker restore") != std::string::npos);
    REQUIRE(repository.falls_quiet());
    CHECK((!fs::exists(gone) || fs::file_size(gone) == 0));
  }
  repository.must({"broker", "restore", backup});
  CHECK(titles(repository) == std::set<std::string>{"before"});
}

TEST_CASE("of a store of which only its lock is left no command makes an empty one, and a restore or init ends that") {
  TempRepository repository;
  repository.must({"todo", "add", "before"});
  auto const backup = repository.scratch("backup.db");
  repository.must({"broker", "snapshot", backup});
  REQUIRE(repository.falls_quiet());
  auto const database = repository.state() + "/decapod.db";
  repository.shell("find .decapod/data -mindepth 1 ! -name leader.lock -delete");
  CHECK(repository.ask({"validate", "--store", "repo"}).process.status != 0);
  for (Arguments const& asked : {Arguments{"todo", "add", "x"}, Arguments{"todo", "list"}}) {
    auto const answer = repository.ask(asked);
    INFO(told(answer));
    CHECK(answer.error_code() == "CORRUPT");
    CHECK(answer.process.output.find("decapod broker restore") != std::string::npos);
    CHECK_FALSE(fs::exists(database));
  }
  SECTION("a restore") {
    repository.must({"broker", "restore", backup});
    CHECK(titles(repository) == std::set<std::string>{"before"});
  }
  SECTION("init") {
    auto const made = repository.ask({"init"});
    INFO(told(made));
    CHECK(made.data().at("outcome").as_string() == "made");
    CHECK(titles(repository).empty());
  }
}

TEST_CASE("while the files of a store are removed under agents that write, none of them makes an empty one") {
  TempRepository const repository;
  auto const wrote = repository.shell(R"(
    files() { find .decapod/data -mindepth 1 ! -name leader.lock "$@" 2>/dev/null; }
    agents() {
      rm -f over
      for a in 1 2 3 4; do
        for i in $(seq 500); do [ -e over ] && break; $D todo add x --porcelain 2>/dev/null; done >"$1-$a" &
      done
    }
    agents before
    for i in $(seq 500); do [ -s before-1 ] && break; sleep 0.01; done
    files -delete
    touch over; wait
    agents after
    for i in $(seq 20); do files -delete; sleep 0.05; done
    touch over; wait
    cat before-* | wc -l
    cat after-* | wc -l)");
  INFO(wrote.output << wrote.error);
  std::istringstream counts(wrote.output);
  int before = 0;
  int after = -1;
  counts >> before >> after;
  CHECK(before > 0);
  CHECK(after == 0);
  CHECK_FALSE(fs::exists(repository.state() + "/decapod.db"));
}

TEST_CASE(
    "behind a stopped leader clients end in time with a typed answer, nobody takes its place, and then all is well") {
  Led led;
  auto const& repository = led.repository;
  auto const leader = led.brokers().front();
  REQUIRE(kill(leader, SIGSTOP) == 0);
  auto const read = repository.ask({"todo", "list", "--timeout", "700ms"});
  CHECK(read.error_code() == "TIMEOUT");
  CHECK(read.process.status == 8);
  auto const write = repository.ask({"todo", "add", "while stopped", "--timeout", "700ms"});
  CHECK(write.process.status == 8);
  CHECK(write.envelope.at("status").as_string() == "NOT_COMMITTED");
  // Of an id that somebody may have used before, nobody can say so.
  auto const repeated = repository.ask({"todo", "add", "before", "--request-id", "r1", "--timeout", "700ms"});
  INFO(told(repeated));
  CHECK(repeated.error_code() == "OUTCOME_UNKNOWN");
  CHECK(repeated.process.status == 10);
  CHECK(repeated.envelope.at("status").as_string() == "UNKNOWN");
  auto const waiting = repository.ask_in_sandbox("codex", {"todo", "list", "--timeout", "700ms"});
  CHECK(waiting.process.status == 8);
  CHECK(led.brokers() == std::vector<pid_t>{leader});
  REQUIRE(kill(leader, SIGCONT) == 0);
  repository.must({"todo", "add", "after"});
  CHECK(titles(repository) == std::set<std::string>{"before", "after"});
}

TEST_CASE("beside a waiter that is stopped, another waiter has its turn") {
  TempRepository repository;
  repository.set_idle(Milliseconds(60'000));
  repository.must({"todo", "add", "before"});
  // Stopped while it holds the sign, before it has the lock: the file is what counts, so a shell's flock does.
  Child stopped(Command{.arguments = {"flock", "-s", repository.state() + "/want.lock", "sleep", "600"},
                        .environment = repository.environment(),
                        .cwd = repository.path(),
                        .input = ""});
  std::jthread asker([&](std::stop_token const& stop) {
    while (!stop.stop_requested()) repository.ask({"todo", "list"});
  });
  REQUIRE(eventually([&] {
    return run(Command{.arguments = {"flock", "-n", repository.state() + "/want.lock", "true"},
                       .environment = repository.environment(),
                       .cwd = repository.path(),
                       .input = ""})
               .status != 0;
  }));
  for (int i = 0; i < 2; ++i) {
    auto const answer = repository.ask_in_sandbox("codex", {"todo", "add", "waited " + std::to_string(i)});
    INFO(told(answer));
    CHECK(answer.ok());
  }
  asker.request_stop();
  asker.join();
  kill(stopped.pid(), SIGKILL);
  CHECK(titles(repository).size() == 3);
}
