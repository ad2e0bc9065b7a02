// Somebody's program as a child, in a program that has waitpid, kill and execvpe of its own in front of the system's.

#include "program_run.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <set>

namespace {

std::set<pid_t>& reaped() {
  static std::set<pid_t> numbers;
  return numbers;
}
std::atomic<int> kills_of_strangers = 0;
std::atomic<bool> exec_hangs = false;

}  // namespace

extern "C" pid_t waitpid(pid_t pid, int* status, int options) {
  auto const got = static_cast<pid_t>(syscall(SYS_wait4, pid, status, options, nullptr));
  if (got > 0) reaped().insert(got);
  return got;
}

extern "C" int kill(pid_t pid, int signal) noexcept {
  if (reaped().contains(pid < 0 ? -pid : pid)) ++kills_of_strangers;
  return static_cast<int>(syscall(SYS_kill, pid, signal));
}

extern "C" int execvpe(char const* file, char* const arguments[], char* const environment[]) noexcept {
  while (exec_hangs) pause();
  return execve(file, arguments, environment);
}

namespace decapod::cli {
namespace {

Program shell(std::string const& script, Millis limit) {
  return {.command = {"/bin/sh", "-c", script}, .directory = "/", .log = "", .limit = limit, .output_max = 1'000};
}

ProgramEnd must_run(Program const& program) {
  reaped().clear();
  kills_of_strangers = 0;
  auto const end = run_program(program, {}, nullptr);
  REQUIRE(end.has_value());
  CHECK_FALSE(reaped().empty());
  return *end;
}

constexpr Millis kLong{600'000};

}  // namespace

TEST_CASE("nobody is killed by the number of a child that was reaped, however the child ended") {
  SECTION("by itself") {
    auto const end = must_run(shell("exit 3", kLong));
    CHECK(end.ended == Ended::exited);
    CHECK(end.status == 3);
  }
  SECTION("with somebody of its group left") {
    CHECK(must_run(shell("sleep 1000 & exit 0", kLong)).ended == Ended::exited);
  }
  SECTION("with somebody left who goes on to print, outside of its group") {
    auto const end = must_run(shell("setsid sh -c 'while :; do echo xxxxxxxxxxxxxxxx; done' & exit 0", kLong));
    CHECK((end.ended == Ended::exited || end.ended == Ended::flooded));
  }
  SECTION("too late") {
    CHECK(must_run(shell("sleep 1000", Millis(50))).ended == Ended::timed_out);
  }
  SECTION("for printing too much") {
    CHECK(must_run(shell("while :; do echo xxxxxxxxxxxxxxxx; done", kLong)).ended == Ended::flooded);
  }
  CHECK(kills_of_strangers == 0);
}

TEST_CASE("a program that cannot be started says why") {
  auto const end =
      must_run({.command = {"/nonexistent/program"}, .directory = "/", .log = "", .limit = kLong, .output_max = 1'000});
  CHECK(end.ended == Ended::not_started);
  CHECK(end.tail.find("No such file") != std::string::npos);
}

TEST_CASE("a program that hangs before it has begun is ended when its time is up") {
  exec_hangs = true;
  auto const end = must_run(shell("exit 0", Millis(100)));
  exec_hangs = false;
  CHECK(end.ended == Ended::timed_out);
}

}  // namespace decapod::cli
