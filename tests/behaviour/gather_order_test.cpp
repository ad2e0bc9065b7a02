// From the lock to the hand-over a command opens nothing but the lock, the socket, SQLite's files and the export: a
// foreign file on the same inode as the database would cost acknowledged commits.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "workers.h"

#include <filesystem>
#include <regex>
#include <sstream>

using namespace decapod::test;
namespace fs = std::filesystem;

namespace {

struct Opened {
  bool locked = false;                  // whether the trace has a lock at all
  std::vector<std::string> under_lock;  // paths, in order
};

// Reads `strace -ff -y` output, each line behind its process: "1234 openat(AT_FDCWD</repo>, "file", O_RDONLY) =
// 3</repo/file>".
Opened opened_under_lock(std::string const& trace) {
  static std::regex const locked(R"(flock\((\d+)<[^>]*leader\.lock>, LOCK_EX(?:\|LOCK_NB)?\)\s*= 0)");
  static std::regex const opens(R"((?:openat2?|open|creat)\(.*= \d+<([^>]*)>)");
  Opened opened;
  std::istringstream lines(trace);
  std::smatch match;
  std::string holder;
  std::string release;  // how the call that lets go begins
  for (std::string line; std::getline(lines, line);) {
    auto const pid = line.substr(0, line.find(' '));
    if (std::regex_search(line, match, locked)) {
      opened.locked = true;
      holder = pid;
      release = " close(" + match[1].str() + '<';
    } else if (pid == holder && line.find(release) != std::string::npos) {
      holder.clear();
    } else if (pid == holder && std::regex_search(line, match, opens)) {
      opened.under_lock.push_back(match[1]);
    }
  }
  return opened;
}

bool allowed(TempRepository const& repository, std::string const& path) {
  static std::vector<std::string> const own = {"leader.lock",           "want.lock",          "broker.sock",
                                               "broker.sock.new",       "broker.log",         "decapod.db",
                                               "decapod.db-wal",        "decapod.db-journal", "audit",
                                               "audit/mutations.jsonl", "audit/reads.jsonl",  "acknowledged.json"};
  if (path == repository.state() || path == "/dev/urandom") return true;
  // Page copies are files of their own; the store's own is never opened by such a name.
  auto const copies = repository.state() + "/copies";
  if (path == copies || path.starts_with(copies + '/')) return true;
  return std::ranges::any_of(own, [&](std::string const& name) { return path == repository.state() + '/' + name; });
}

// In one file for all, a call would be split in two where another process gets in between: each has a file of its own.
// Takes the files away.
std::string take_trace(std::string const& trace_file) {
  std::string all;
  auto const prefix = fs::path(trace_file).filename().string() + '.';
  std::vector<fs::path> files;
  for (auto const& entry : fs::directory_iterator(fs::path(trace_file).parent_path()))
    if (entry.path().filename().string().starts_with(prefix)) files.push_back(entry.path());
  for (auto const& file : files) {
    std::istringstream lines(read_file(file));
    auto const pid = file.extension().string().substr(1);
    for (std::string line; std::getline(lines, line);) all.append(pid).append(" ").append(line).append("\n");
    fs::remove(file);
  }
  return all;
}

Command traced(Command command, std::string const& trace_file) {
  command.arguments.insert(command.arguments.begin(), {"strace", "-ff", "-y", "-o", trace_file, "-e",
                                                       "trace=flock,open,openat,openat2,creat,close"});
  return command;
}

struct Case {
  Arguments arguments;
  std::string input;
};

std::string backlog_line(std::string const& id) {
  return R"({"id":")" + id +
         R"(","title":"imported","issue_type":"task","status":"open","priority":2,)"
         R"("created_at":"2026-01-01T00:00:00Z"})"
         "\n";
}

std::vector<Case> file_readers(TempRepository const& repository) {
  write_file(repository.path() + "/backlog.jsonl", backlog_line("x-1"));
  write_file(repository.path() + "/pinned.txt", repository.must({"broker", "checkpoint"}));
  write_file(repository.path() + "/source.c", "int main(void) { return 0; }\n");
  return {
      {{"todo", "import", "backlog.jsonl"}, ""},
      {{"todo", "import", "-"}, backlog_line("x-2")},
      {{"todo", "add", "from a pipe", "--description", "-"}, "a long story\n"},
      {{"broker", "verify", "--against", "pinned.txt"}, ""},
      {{"broker", "checkpoint", "--pin"}, ""},
      {{"validate", "--store", "repo"}, ""},
      {{"knowledge", "add", "from a file", "-b", "-", "-p", "file:source.c#L1"}, "a long story\n"},
      {{"knowledge", "verify"}, ""},
      {{"todo", "claim", "x-1"}, ""},
  };
}

void check_case(TempRepository const& repository, Case const& one, std::string const& mode) {
  REQUIRE(repository.falls_quiet());
  auto const trace = repository.scratch("trace");
  auto command = repository.command(one.arguments);
  if (!mode.empty()) command = in_sandbox(std::move(command), mode);
  command = traced(std::move(command), trace);
  command.input = one.input;
  auto const finished = run(command);
  auto const opened = opened_under_lock(take_trace(trace));
  CAPTURE(one.arguments, mode, finished.output, finished.error);
  CHECK(finished.status == 0);
  CHECK(opened.locked);
  for (auto const& path : opened.under_lock) {
    CAPTURE(path);
    CHECK(allowed(repository, path));
  }
}

}  // namespace

TEST_CASE("between the lock and the end nothing foreign is opened by any verb that reads files") {
  for (auto const& mode : {"", "codex", "claude"}) {
    TempRepository repository;
    repository.set_idle(Milliseconds(50));
    for (auto const& one : file_readers(repository)) check_case(repository, one, mode);
  }
}

TEST_CASE("a trace that opens a foreign file under the lock is told from one that does not") {
  auto const lock = std::string("7 flock(3</r/leader.lock>, LOCK_EX|LOCK_NB) = 0\n");
  CHECK(opened_under_lock("7 openat(AT_FDCWD</r>, \"early\", O_RDONLY) = 4</r/early>\n" + lock).under_lock.empty());
  CHECK(opened_under_lock(lock + "7 openat(AT_FDCWD</r>, \"late\", O_RDONLY) = 4</r/late>\n").under_lock ==
        std::vector<std::string>{"/r/late"});
  CHECK(opened_under_lock(lock + "7 close(3</r/leader.lock>) = 0\n7 openat(AT_FDCWD</r>, \"after\", 0) = 4</r/after>\n")
            .under_lock.empty());
  // A second descriptor on the lock, closed again, is not the lock.
  CHECK(opened_under_lock(lock + "7 close(4</r/leader.lock>) = 0\n7 openat(AT_FDCWD</r>, \"late\", 0) = 4</r/late>\n")
            .under_lock.size() == 1);
  CHECK_FALSE(opened_under_lock("7 flock(3</r/leader.lock>, LOCK_EX|LOCK_NB) = -1 EAGAIN\n").locked);
}
