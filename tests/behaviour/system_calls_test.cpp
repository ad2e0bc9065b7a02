// Start-up is the product: a command whose broker is there makes few system calls. Those before main() are the C
// library's, and differ between a static and a dynamic build: they are not counted.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <filesystem>
#include <sstream>

using namespace decapod::test;

namespace {

// 57 when this was written; the heap may ask for memory once more. Anything else has to have a reason.
constexpr int kMost = 59;

// Of `strace -o` output: from the question for the working directory, which is the first thing a command asks, to its
// end. Reading an answer may take a call more or less, as it comes.
int counted(std::string const& trace, std::string& listed) {
  std::istringstream lines(trace);
  int calls = 0;
  for (std::string line; std::getline(lines, line);) {
    if (calls == 0 && !line.starts_with("getcwd(")) continue;
    ++calls;
    listed += line.substr(0, 100) + '\n';
    if (line.starts_with("exit_group(")) return calls;
  }
  return 0;
}

// What strace writes, told by `how`, of a command that succeeds.
std::string traced(TempRepository const& repository, Arguments const& arguments, Arguments how = {}) {
  auto const trace = repository.scratch("trace");
  // An agent's shell says who it is, so that nobody has to ask git.
  auto command = repository.command(arguments, {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
  how.insert(how.begin(), "strace");
  how.insert(how.end(), {"-o", trace});
  command.arguments.insert(command.arguments.begin(), how.begin(), how.end());
  auto const finished = run(command);
  CAPTURE(finished.output, finished.error);
  REQUIRE(finished.status == 0);
  return read_file(trace);
}

void check_few(TempRepository const& repository, Arguments const& arguments) {
  std::string listed;
  auto const calls = counted(traced(repository, arguments), listed);
  CAPTURE(listed);
  CHECK(calls > 20);
  CHECK(calls <= kMost);
}

}  // namespace

TEST_CASE("a command whose broker is there makes few system calls") {
  TempRepository repository;
  repository.set_idle(Milliseconds(60'000));
  auto id = repository.must({"todo", "add", "first", "--porcelain"});
  id.pop_back();
  SECTION("a read") {
    check_few(repository, {"todo", "show", id});
  }
  SECTION("a write") {
    check_few(repository, {"todo", "add", "second"});
  }
}

namespace {

int syncs_of_a_cold_command(TempRepository const& repository, Arguments const& arguments) {
  auto const text = traced(repository, arguments, {"-e", "trace=fsync,fdatasync,msync"});
  CAPTURE(text);
  CHECK(text.find("exited with 0") != std::string::npos);
  std::istringstream lines(text);
  int syncs = 0;
  for (std::string line; std::getline(lines, line);) syncs += line.find("sync(") != std::string::npos ? 1 : 0;
  return syncs;
}

}  // namespace

TEST_CASE("a command that elects itself syncs no more than its promise needs") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  REQUIRE(repository.falls_quiet());
  SECTION("a write: the log that the broker before it has left") {
    CHECK(syncs_of_a_cold_command(repository, {"todo", "add", "second"}) == 1);
  }
  SECTION("a read: the same, for its record") {
    CHECK(syncs_of_a_cold_command(repository, {"todo", "list"}) == 1);
  }
  SECTION("where there is no log: a new one, and the name that it has just been given") {
    REQUIRE(std::filesystem::remove(repository.state() + "/decapod.db-wal"));
    CHECK(syncs_of_a_cold_command(repository, {"todo", "add", "second"}) == 2);
  }
  SECTION("of a copied store: its log has the name and the mark of the one that was synced") {
    auto const log = repository.state() + "/decapod.db-wal";
    std::filesystem::copy(log, log + "-copy");
    std::filesystem::rename(log + "-copy", log);
    // The name, what recovery may have found, the header before what stands behind it, the commit.
    CHECK(syncs_of_a_cold_command(repository, {"todo", "add", "second"}) == 4);
  }
}

namespace {

struct Looks {
  int untimed = 0;
  int timed = 0;
};

// At the log, while it was there.
Looks looks_at_log(TempRepository const& repository, Arguments const& arguments) {
  Looks looks;
  std::istringstream lines(traced(repository, arguments, {"-y"}));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("/decapod.db-wal") == std::string::npos || line.find(" = -1 ") != std::string::npos) continue;
    auto const called = line.substr(0, line.find('('));
    if (called == "statx") ++looks.untimed;
    if (called.ends_with("stat") || called.ends_with("statat")) ++looks.timed;
  }
  return looks;
}

}  // namespace

TEST_CASE("nobody asks for the times of a log that is being written: its next sync would write its inode") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  REQUIRE(repository.falls_quiet());
  auto const cold = looks_at_log(repository, {"todo", "add", "second"});
  CHECK(cold.untimed > 0);
  CHECK(cold.timed == 0);
  repository.set_idle(Milliseconds(60'000));
  repository.must({"todo", "add", "third"});
  // Whether the file that it reads is one of the store's.
  auto const backlog = repository.scratch("backlog");
  write_file(backlog, repository.must({"todo", "export"}));
  auto const warm = looks_at_log(repository, {"todo", "import", backlog});
  CHECK(warm.untimed > 0);
  CHECK(warm.timed == 0);
}

TEST_CASE("a command that has printed its answer is gone, and has taken down nothing that somebody might still use") {
  TempRepository repository;
  repository.set_idle(Milliseconds(60'000));
  repository.must({"todo", "add", "first"});
  auto const text = traced(repository, {"todo", "list"});
  auto const printed = text.rfind("\nwrite(1, ");
  REQUIRE(printed != std::string::npos);
  auto const next = text.find('\n', printed + 1) + 1;
  INFO(text.substr(printed));
  // Its connection to the broker, which is an object's, is the kernel's to close.
  CHECK(text.compare(next, 11, "exit_group(") == 0);
}

TEST_CASE("calls are counted from the first of the command to its end") {
  std::string listed;
  CHECK(counted("execve()\nbrk()\ngetcwd(\"/r\")\nread(3)\nexit_group(0)\n+++\n", listed) == 3);
  CHECK(counted("getcwd(\"/r\")\nread(3)\n", listed) == 0);
}
