// The process that will be the broker stands by while a command works. Whatever becomes of either of the two then, the
// other one neither waits for it nor stays behind.

#include <catch2/catch.hpp>

#include <support/eventually.h>
#include <support/leader.h>
#include <support/repository.h>

#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "own_mounts.h"

using namespace decapod::test;

namespace {

constexpr Milliseconds kLonger{600'000};
// It stands by for a millisecond or three: not every try finds it.
constexpr int kTries = 300;

std::optional<pid_t> child_of(pid_t parent) {
  auto const number = std::to_string(parent);
  std::ifstream children("/proc/" + number + "/task/" + number + "/children");
  pid_t child = 0;
  if (children >> child) return child;
  return std::nullopt;
}

bool is_gone(pid_t process) {
  auto const state = state_of(process);
  return state == '?' || state == 'Z';  // nobody may take note of an orphan for a while
}

// A store whose broker is killed before each command, and what was added to it.
class Quiet {
 public:
  Quiet() {
    repository.set_idle(kLonger);
    repository.must({"todo", "add", "item 1"});
  }

  // One command that finds no broker, and its child: none if the command was quicker than this process.
  struct Led {
    Finished command;
    std::optional<pid_t> child;
  };
  enum class Whom { command, child };
  Led lead(Whom whom, int signal) {
    leave();
    Child command(repository.command({"todo", "add", "item " + std::to_string(++added)}));
    std::optional<pid_t> child;
    while (!child && !is_gone(command.pid())) child = child_of(command.pid());
    if (child) kill(whom == Whom::child ? *child : command.pid(), signal);
    return {.command = command.wait(), .child = child};
  }

  // How often `event` stands in the broker's log.
  std::size_t count(std::string const& event) const {
    std::istringstream log(read_file(repository.state() + "/broker.log"));
    std::size_t found = 0;
    for (std::string line; std::getline(log, line);) found += line.find(event) != std::string::npos ? 1 : 0;
    return found;
  }

  void check_that_every_item_is_there_once() const {
    auto const items = repository.must({"todo", "list", "--porcelain", "--limit", "1000"});
    CHECK(std::ranges::count(items, '\n') == added);
  }

  void leave() const {
    kill_serving_broker(repository.leader_lock());
    REQUIRE(eventually([&] { return lock_holders(repository.leader_lock()).empty(); }));
  }

  TempRepository repository;
  int added = 1;
};

// Tries until `attempt` says that it met what it is about.
template <class Attempt>
void try_until_met(Attempt const& attempt) {
  for (int i = 0; i < kTries; ++i) {
    if (attempt()) return;
  }
  FAIL("no process was met while it stood by");
}

}  // namespace

TEST_CASE("a command whose broker is killed while it stands by has its answer, and leaves no socket") {
  Quiet quiet;
  try_until_met([&] {
    auto const before = quiet.count("no process could be started");
    auto const [finished, child] = quiet.lead(Quiet::Whom::child, SIGKILL);
    CAPTURE(finished.output, finished.error);
    REQUIRE(finished.status == 0);
    if (!child || quiet.count("no process could be started") == before) return false;
    CHECK_FALSE(std::filesystem::exists(quiet.repository.state() + "/broker.sock"));
    CHECK(lock_holders(quiet.repository.leader_lock()).empty());
    return true;
  });
  quiet.check_that_every_item_is_there_once();
}

TEST_CASE("a command that is killed takes the process along that stands by, and the lock is free") {
  Quiet quiet;
  try_until_met([&] {
    auto const before = quiet.count(" adopt");
    auto const [finished, child] = quiet.lead(Quiet::Whom::command, SIGKILL);
    if (!child || finished.status == 0) return false;
    auto const over = [&, pid = *child] { return quiet.count(" adopt") > before || is_gone(pid); };
    REQUIRE(eventually(over));
    bool const met = quiet.count(" adopt") == before;
    if (met) CHECK(lock_holders(quiet.repository.leader_lock()).empty());
    quiet.repository.must({"todo", "list"});
    return met;
  });
  quiet.repository.must({"todo", "add", "one more"});
}

TEST_CASE(
    "a command whose broker is stopped while it stands by ends all the same, and the broker serves when it goes on") {
  Quiet quiet;
  try_until_met([&] {
    auto const before = quiet.count(" adopt");
    auto const [finished, child] = quiet.lead(Quiet::Whom::child, SIGSTOP);
    CAPTURE(finished.output, finished.error);
    REQUIRE(finished.status == 0);
    if (!child) return false;
    // In the session of a command that has ended the kernel hangs up what is stopped.
    bool const met = quiet.count(" adopt") == before && state_of(*child) == 'T' && getsid(*child) == *child;
    kill(*child, SIGCONT);
    quiet.check_that_every_item_is_there_once();
    if (met) CHECK(quiet.count(" adopt") == before + 1);
    return met;
  });
}

TEST_CASE("a broker that is told to leave while it stands by leaves in order") {
  Quiet quiet;
  try_until_met([&] {
    auto const [finished, child] = quiet.lead(Quiet::Whom::child, SIGTERM);
    REQUIRE(finished.status == 0);
    if (!child) return false;
    REQUIRE(eventually([&] { return lock_holders(quiet.repository.leader_lock()).empty(); }));
    CHECK_FALSE(std::filesystem::exists(quiet.repository.state() + "/broker.sock"));
    return true;
  });
  CHECK(quiet.count("leave: signalled") == 1);
  quiet.check_that_every_item_is_there_once();
}

TEST_CASE("a command that fails leaves nobody who leads, even if its broker was stopped while it stood by") {
  Quiet quiet;
  REQUIRE(eventually([&] { return quiet.count(" adopt") == 1; }));
  quiet.leave();
  quiet.repository.shell("rm -f .decapod/data/decapod.db-wal; echo none of ours >.decapod/data/decapod.db");
  try_until_met([&] {
    auto const [finished, child] = quiet.lead(Quiet::Whom::child, SIGSTOP);
    CHECK(finished.status != 0);
    CHECK(lock_holders(quiet.repository.leader_lock()).empty());
    CHECK_FALSE(std::filesystem::exists(quiet.repository.state() + "/broker.sock"));
    return child.has_value();
  });
}

TEST_CASE(
    "a process that cannot stand by is none: the command has its answer, and its caller's files are as they were") {
  TempRepository const repository;
  REQUIRE(repository.falls_quiet());
  // The program has all that it opens itself, but no /dev/null.
  write_file(repository.scratch("script"), R"sh(
mkdir ../devices; touch ../devices/urandom; mount --bind /dev/urandom ../devices/urandom
mount --rbind ../devices /dev || { echo cannot mount; exit 99; }
exec 3>../three 4>../four 5>../five 6>../six
flock ../held "$D" todo add one --quiet; echo "add: $?"
flock -n ../held true; echo "free: $?"
flock -n .decapod/data/leader.lock true; echo "lock: $?"
"$D" todo list --porcelain | wc -l
cat ../three ../four ../five ../six
)sh");
  auto const done = repository.shell(in_own_mounts(repository.scratch("script")));
  INFO(done.output << done.error);
  CHECK(done.output == "add: 0\nfree: 0\nlock: 0\n1\n");
  CHECK_FALSE(std::filesystem::exists(repository.state() + "/broker.sock"));
}
