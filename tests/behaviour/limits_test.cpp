// A shell whose limits are tight: what it starts for others does not live by them, and what it does itself is refused
// for what it is.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/repository.h>

#include "workers.h"

#include <boost/json.hpp>

#include <fstream>
#include <sstream>

using namespace decapod::test;

namespace {

std::vector<pid_t> brokers(TempRepository const& repository) {
  std::vector<pid_t> found;
  for (auto const& holder : lock_holders(repository.leader_lock())) {
    if (holder.role == Role::broker) found.push_back(holder.pid);
  }
  return found;
}

// "soft hard" of /proc/<pid>/limits.
std::string limit_of(pid_t pid, std::string const& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/limits");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream words(line.substr(26));
    std::string soft;
    std::string hard;
    words >> soft >> hard;
    return soft + ' ' + hard;
  }
  return "";
}

}  // namespace

TEST_CASE("a broker does not live by the soft limits of whoever started it") {
  TempRepository repository;
  repository.set_idle(Milliseconds(20'000));
  auto const done = repository.shell("ulimit -S -f 4000; ulimit -S -t 600; \"$D\" todo add first");
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
  REQUIRE(eventually([&] { return brokers(repository).size() == 1; }));
  auto const broker = brokers(repository).front();
  CHECK(eventually([&] { return limit_of(broker, "Max file size") == "unlimited unlimited"; }));
  CHECK(limit_of(broker, "Max cpu time") == "unlimited unlimited");
  CHECK(limit_of(broker, "Max address space") == "unlimited unlimited");
}

TEST_CASE("where even the hard limits are tight a command serves itself, and starts no broker for others") {
  TempRepository repository;
  repository.set_idle(Milliseconds(20'000));
  auto const tight = GENERATE(as<std::string>{}, "ulimit -f 4000", "ulimit -t 600");
  INFO(tight);
  auto const done = repository.shell(tight + "; \"$D\" todo add first");
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
  CHECK(brokers(repository).empty());
  repository.must({"todo", "add", "second"});
  REQUIRE(eventually([&] { return brokers(repository).size() == 1; }));
  CHECK(repository.shell(tight + "; \"$D\" todo list").status == 0);
}

TEST_CASE("a command that stands back for everything else serves itself, one that is merely nice serves others, too") {
  TempRepository repository;
  repository.set_idle(Milliseconds(20'000));
  auto const last = GENERATE(as<std::string>{}, "nice -n 15", "nice -n 19", "chrt --idle 0", "chrt --batch 0");
  INFO(last);
  REQUIRE(repository.shell(last + " \"$D\" todo add first").status == 0);
  CHECK(brokers(repository).empty());
  REQUIRE(repository.shell("nice -n 10 \"$D\" todo add second").status == 0);
  CHECK(eventually([&] { return brokers(repository).size() == 1; }));
}

TEST_CASE("a write beyond the limit of a file's size is refused like one on a full disk, and leaves nothing behind") {
  TempRepository repository;
  for (int i = 0; i < 6; ++i) repository.must({"todo", "add", "item", "--description", std::string(50'000, 'x')});
  REQUIRE(repository.falls_quiet());
  auto const done = repository.shell(
      "d=$(head -c 60000 /dev/zero | tr '\\0' x); ulimit -f 40; \"$D\" todo add big --request-id R --json -d \"$d\"");
  auto const answer = parse_answer(done);
  INFO(told(answer));
  CHECK(answer.error_code() == "DISK_FULL");
  CHECK(done.output.find("ulimit -f") != std::string::npos);
  CHECK(answer.process.status == 7);
  CHECK(repository.ask({"broker", "result", "R"}).error_code() == "REQUEST_NOT_FOUND");
  CHECK(repository.ask({"todo", "list"}).data().at("items").as_array().size() == 6);
  CHECK(repository.ask({"validate", "--store", "repo"}).process.status == 0);
}

TEST_CASE("a command that may open hardly any file says so, and how to let it") {
  TempRepository const repository;
  repository.must({"todo", "add", "first"});
  REQUIRE(repository.falls_quiet());
  int refused = 0;
  for (int files = 3; files < 20; ++files) {
    INFO(files << " open files");
    auto const done = repository.shell("exec prlimit --nofile=" + std::to_string(files) + " \"$D\" todo list --json");
    // Where not even the program's libraries can be opened, the loader speaks.
    if (done.output.empty()) continue;
    auto const answer = parse_answer(done);
    if (answer.ok()) continue;
    ++refused;
    CHECK(answer.error_code() == "UNREACHABLE");
    auto const hint = boost::json::serialize(answer.envelope.at("error").at("hint"));
    CHECK(hint.find("ulimit -n") != std::string::npos);
  }
  CHECK(refused > 0);
}

TEST_CASE("a restore keeps the log within the size that is set for it") {
  TempRepository repository;
  auto const file = repository.scratch("snapshot.db");
  repository.must({"todo", "add", "first"});
  repository.must({"broker", "snapshot", file});
  REQUIRE(repository.falls_quiet());
  auto const log = repository.state() + "/broker.log";
  std::string lines;
  while (lines.size() < 20'000) lines += "a line of an earlier time\n";
  write_file(log, lines);
  repository.must({"broker", "restore", file}, {{"DECAPOD_BROKER_LOG_BYTES", "4096"}});
  CHECK(read_file(log).size() < 8192);
}
