// The instruments themselves: a test that trusts a broken instrument proves nothing.

#include <catch2/catch.hpp>

#include <support/eventually.h>
#include <support/leader.h>
#include <support/process.h>
#include <support/repository.h>
#include <support/temp_directory.h>
#include <support/tenures.h>

#include <sys/stat.h>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace decapod::test;

namespace {

Command bash(std::string const& script, Milliseconds patience = kPatience) {
  return {.arguments = {"bash", "-c", script},
          .environment = {{"PATH", "/usr/bin:/bin"}},
          .cwd = "/",
          .input = "",
          .patience = patience};
}

}  // namespace

TEST_CASE("a child's output, errors, exit status and input are its own") {
  auto command = bash("read line; echo \"got $line\"; echo oops >&2; exit 7");
  command.input = "hello\n";
  auto const finished = run(command);
  CHECK(finished.status == 7);
  CHECK(finished.output == "got hello\n");
  CHECK(finished.error == "oops\n");
}

TEST_CASE("lines that many processes print into one output at once are all there") {
  auto const finished = run(bash("for i in $(seq 8); do (for n in $(seq 2000); do echo line; done) & done; wait"));
  CHECK(std::count(finished.output.begin(), finished.output.end(), '\n') == 8 * 2000);
}

TEST_CASE("a child that outlives its patience is killed and said to have timed out") {
  TempDirectory scratch;
  auto const finished = run(bash("sleep 100; touch " + (scratch / "ended"), Milliseconds(100)));
  CHECK(finished.status == kTimedOut);
  CHECK_FALSE(std::filesystem::exists(scratch / "ended"));
}

TEST_CASE("a grandchild that keeps the output open does not delay the wait") {
  auto const finished = run(bash("sleep 200 & echo $!"));
  REQUIRE(finished.status == 0);
  auto const grandchild = std::stoi(finished.output);
  CHECK(kill(grandchild, 0) == 0);
  kill_and_wait(grandchild);
}

TEST_CASE("children started together run at the same time") {
  TempDirectory scratch;
  auto const there = "cd " + scratch.path().string();
  REQUIRE(run(bash(there + "; mkfifo one two")).status == 0);
  // Neither of the first two could end alone.
  auto const finished =
      run_together({bash(there + "; echo a >one; cat two"), bash(there + "; cat one; echo b >two"), bash("exit 3")});
  CHECK(finished[0].output == "b\n");
  CHECK(finished[1].output == "a\n");
  CHECK(finished[2].status == 3);
}

TEST_CASE("the lock's holder is found, a process that only opened the file is not") {
  TempDirectory scratch;
  auto const lock = scratch / "leader.lock";
  write_file(lock, "");
  Child holder(bash("exec 8<" + lock + "; exec flock --no-fork " + lock + " sleep 100"));
  Child onlooker(bash("exec 8<" + lock + "; exec sleep 100"));
  std::vector<Holder> found;
  REQUIRE(eventually([&] { return !(found = lock_holders(lock)).empty(); }));
  for (auto const& entry : found) {
    CHECK(entry.pid != onlooker.pid());
    CHECK(entry.role == Role::command);
  }
  CHECK_FALSE(kill_serving_broker(lock));
}

TEST_CASE("only a lock holder that leads its session counts as a broker, and is killed") {
  TempDirectory scratch;
  auto const lock = scratch / "leader.lock";
  write_file(lock, "");
  Child broker(bash("exec setsid flock --no-fork " + lock + " sleep 100"));
  std::optional<pid_t> killed;
  REQUIRE(eventually([&] { return (killed = kill_serving_broker(lock)).has_value(); }));
  CHECK(killed == broker.pid());
  CHECK(lock_holders(lock).empty());
}

TEST_CASE("a killed process is gone, and so is its lock, when the killing returns") {
  TempDirectory scratch;
  auto const lock = scratch / "leader.lock";
  write_file(lock, "");
  // Much memory makes the kernel take a while over its end.
  Child holder(bash("exec flock --no-fork " + lock + " perl -e '$held = \"x\" x 100_000_000; open F, \">" +
                    (scratch / "ready") + "\"; sleep 60'"));
  REQUIRE(eventually([&] { return std::filesystem::exists(scratch / "ready"); }));
  REQUIRE(lock_holders(lock).size() == 1);
  kill_and_wait(holder.pid());
  CHECK(lock_holders(lock).empty());
  CHECK(processes_of("/usr/bin/perl", lock).empty());
  kill_and_wait(holder.pid());
}

TEST_CASE("the sandbox launcher refuses what it is named for and nothing else") {
  auto const probe = [](std::string const& mode) {
    auto command = bash(
        "exec perl -MSocket -e '"
        "socket(my $s, AF_UNIX, SOCK_STREAM, 0) or do { print \"socket \", $!+0; exit };"
        "connect($s, pack_sockaddr_un(\"/nowhere\")) or print \"connect \", $!+0'");
    return run(in_sandbox(command, mode)).output;
  };
  CHECK(probe("codex") == "connect 1");
  CHECK(probe("claude") == "socket 1");
  CHECK(probe("refused-family") == "socket 97");
  CHECK(run(bash("perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0) and print 1'")).output == "1");
  CHECK(run(bash(sandbox_launcher() + " no-such-mode true")).status == 2);
}

TEST_CASE("a temporary directory inside a repository is refused") {
  TempDirectory outer;
  std::filesystem::create_directories(outer / ".git");
  std::string const before = std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "";
  setenv("TMPDIR", outer.path().c_str(), 1);
  CHECK_THROWS_AS(TempDirectory(), std::runtime_error);
  if (before.empty())
    unsetenv("TMPDIR");
  else
    setenv("TMPDIR", before.c_str(), 1);
}

TEST_CASE("a stamp of a leader after its successor began is an overlap") {
  TempDirectory scratch;
  auto const log = scratch / "broker.log";
  auto const line = [](int stamp, int pid, std::string const& event) {
    return "2026-01-01T00:00:00.000Z steady=" + std::to_string(stamp) + " pid=" + std::to_string(pid) + ' ' + event +
           '\n';
  };
  auto const sound = line(1, 10, "lead") + line(2, 11, "adopt") + line(3, 11, "leave: idle") + line(4, 12, "lead");
  write_file(log, sound);
  auto report = read_tenures(log);
  CHECK(report.led == 2);
  CHECK(report.brokers == 1);
  CHECK(report.overlaps == 0);
  write_file(log, sound + line(5, 11, "leave: idle"));
  CHECK(read_tenures(log).overlaps == 1);
}

TEST_CASE("a broker without a last word was cut short, also if its number had another one before") {
  TempDirectory scratch;
  auto const log = scratch / "broker.log";
  std::string lines;
  auto line = [&, stamp = 0](int pid, std::string const& event) mutable {
    lines += "2026-01-01T00:00:00.000Z steady=" + std::to_string(++stamp) + " pid=" + std::to_string(pid) + ' ' +
             event + '\n';
  };
  line(10, "lead");
  line(11, "adopt");
  line(11, "leave: idle");
  line(12, "lead directly");
  line(13, "adopt");
  line(13, "export: it failed");
  line(14, "adopt");
  line(13, "adopt");
  line(13, "leave: idle");
  write_file(log, lines);
  CHECK(read_tenures(log).cut_short == std::vector<pid_t>{13, 14});
}
