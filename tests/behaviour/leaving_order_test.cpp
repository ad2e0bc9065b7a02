// Whoever leads lets go of the leader lock last: a successor may begin in the same instant, and must find nobody else
// at work in the state directory. Read off the system calls, because what is done a moment too late shows in no file.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <algorithm>
#include <sstream>

using namespace decapod::test;

namespace {

// The calls of a command and of the broker that it leaves behind, in the order in which the kernel was asked. `strace
// -y` spells the path of every descriptor, so that whatever touches the state directory names it.
std::vector<std::string> traced(TempRepository const& repository, Arguments const& arguments) {
  auto const trace = repository.scratch("trace");
  auto command = repository.command(arguments, {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
  command.arguments.insert(command.arguments.begin(), {"strace", "-f", "-y", "-e", "trace=file,desc", "-o", trace});
  auto const finished = run(command);
  CAPTURE(finished.output, finished.error);
  REQUIRE(finished.status == 0);
  std::istringstream text(read_file(trace));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

bool names(std::string const& line, std::string const& what) {
  return line.find(what) != std::string::npos;
}

struct Leaving {
  std::vector<std::string> before;  // up to the last call that lets go of the lock
  std::vector<std::string> after;   // those that touch the state directory, if there are any
  bool let_go = false;
};

Leaving leaving_of(TempRepository const& repository, std::vector<std::string> const& lines) {
  auto const lets_go = [&](std::string const& line) {
    return names(line, " close(") && names(line, '<' + repository.leader_lock() + '>');
  };
  auto const last = std::find_if(lines.rbegin(), lines.rend(), lets_go).base();
  Leaving leaving{.before = {lines.begin(), last}, .after = {}, .let_go = last != lines.begin()};
  std::copy_if(last, lines.end(), std::back_inserter(leaving.after),
               [&](auto const& line) { return names(line, repository.state()); });
  return leaving;
}

// How often a call on a file of the state directory was made.
std::ptrdiff_t count(std::vector<std::string> const& lines, std::string const& call, std::string const& file) {
  return std::ranges::count_if(lines,
                               [&](auto const& line) { return names(line, ' ' + call + '(') && names(line, file); });
}

// What becomes of the log is the last that is done to the store: `call`, with a word of the line that shows it.
void check_that_the_lock_goes_last(TempRepository const& repository, std::string const& call, std::string const& word) {
  Arguments const arguments{"todo", "add", "one"};
  auto const leaving = leaving_of(repository, traced(repository, arguments));
  REQUIRE(leaving.let_go);
  for (auto const& line : leaving.after) FAIL_CHECK("with the lock let go of already: " << line);
  // What must come before is in the trace at all.
  CHECK(count(leaving.before, "unlink", "/broker.sock\"") > 0);
  CHECK(count(leaving.before, call, word) > 0);
  CHECK(count(leaving.before, "close", "/decapod.db>") > 0);
  CHECK(count(leaving.before, "write", "/audit/mutations.jsonl>") > 0);
  CHECK(count(leaving.before, "write", "/broker.log>") > 0);
}

}  // namespace

TEST_CASE("a broker that leaves lets go of the leader lock last") {
  TempRepository repository;
  repository.set_idle(Milliseconds(100));
  check_that_the_lock_goes_last(repository, "pwrite64", "/decapod.db-wal>, \"decapod");
}

TEST_CASE("a command that leaves no broker lets go of the leader lock last") {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  check_that_the_lock_goes_last(repository, "unlink", "/decapod.db-wal\"");
}
