// Rung 1: every file operation of every scenario fails once, and for ever from there on. Nothing that was acknowledged
// may be lost, nothing that was refused may be there, and who is unsure learns it by asking again.

#include <fault_vfs.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <string_view>
#include <utility>

#include "inquest.h"
#include "scenarios.h"

namespace decapod::test {
namespace {

// Whether it is tried for ever, too. An opener waits two seconds for a lock.
enum class Lasting : std::uint8_t { no, yes };

// Whether the product ever does such a thing.
enum class Met : std::uint8_t { never, somewhere };

struct FaultClass {
  char const* name;
  FileOperation operation;
  int code;
  int os_error;
  Halfway halfway = Halfway::nothing;
  Lasting lasting = Lasting::yes;
  FileKind file = FileKind::any;
  Met met = Met::somewhere;
};

constexpr FaultClass kFaults[] = {
    {"open EIO", FileOperation::open, SQLITE_CANTOPEN, EIO},
    {"read EIO", FileOperation::read, SQLITE_IOERR_READ, EIO},
    // Of the WAL only: of a page of the database SQLite takes it for the end of the file, which it is for no real file.
    {"read short", FileOperation::read, SQLITE_IOERR_SHORT_READ, 0, Halfway::half, Lasting::yes, FileKind::wal},
    {"write EIO", FileOperation::write, SQLITE_IOERR_WRITE, EIO},
    {"write EIO half", FileOperation::write, SQLITE_IOERR_WRITE, EIO, Halfway::half},
    {"write ENOSPC", FileOperation::write, SQLITE_FULL, ENOSPC},
    {"write ENOSPC half", FileOperation::write, SQLITE_FULL, ENOSPC, Halfway::half},
    {"sync EIO", FileOperation::sync, SQLITE_IOERR_FSYNC, EIO},
    {"truncate EIO", FileOperation::truncate, SQLITE_IOERR_TRUNCATE, EIO},
    {"remove EIO", FileOperation::remove, SQLITE_IOERR_DELETE, EIO},
    {"lock EIO", FileOperation::lock, SQLITE_IOERR_LOCK, EIO},
    {"lock BUSY", FileOperation::lock, SQLITE_BUSY, 0, Halfway::nothing, Lasting::no},
    // With EXCLUSIVE locking the index of the WAL is in the process's own memory.
    {"map of shared memory EIO", FileOperation::shm_map, SQLITE_IOERR_SHMMAP, EIO, Halfway::nothing, Lasting::yes,
     FileKind::any, Met::never},
    {"disk gone", FileOperation::any, SQLITE_IOERR, EIO},
};

struct Tally {
  std::int64_t runs = 0;   // the scenario was run with a fault that fired
  std::int64_t looks = 0;  // states that the inquest has examined
};

class Rung {
 public:
  explicit Rung(Scenario const& scenario)
      : scenario_(scenario), folder_(state_folder()), prepared_(prepare(scenario.start, folder_)), inquest_(folder_) {}

  // Returns whether the fault was met.
  bool run(Fault const& fault, std::string const& about) {
    std::filesystem::remove_all(StatePaths(folder_).audit_directory);
    MemoryVfs memory("memory", folder_);
    FaultVfs faults("faults", memory.vfs());
    auto disk = prepared_.disk;
    memory.mount(disk);
    faults.inject(fault);
    Session session(folder_, faults.name(), prepared_.knowledge);
    scenario_.play(session);
    session.close();
    bool const fired = faults.fired();
    tally.runs += fired ? 1 : 0;
    judge(session, disk, about);
    if (memory.shared_memory_calls() != 0) problems.push_back(about + ": SQLite asked for shared memory");
    return fired;
  }

  Tally tally;
  std::vector<std::string> problems;

 private:
  std::string state_folder() const {
    auto const folder = scratch_ / "state";
    std::filesystem::create_directory(folder);
    return folder;
  }

  void judge(Session const& session, Disk const& disk, std::string const& about) {
    for (auto const& finding : session.findings()) problems.push_back(about + ": " + finding);
    for (auto const& [how, image] :
         {std::pair("killed", disk.as_killed()), std::pair("unplugged", disk.as_unplugged())}) {
      auto const verdicts = inquest_.examine(image, session.knowledge(), Depth::ask_again);
      ++tally.looks;
      for (auto const& text : verdicts.contradictions) problems.push_back(about + ", " + how + ": " + text);
    }
  }

  TempDirectory scratch_;
  Scenario const& scenario_;
  std::string folder_;
  Prepared prepared_;
  Inquest inquest_;
};

std::string to_text(Repeat repeat) {
  return repeat == Repeat::once ? "once" : "from there on";
}

// How often each class of fault was met, in all scenarios together.
class Classes {
 public:
  void met(FaultClass const& one, Repeat repeat, std::int64_t times) { times_[{one.name, repeat}] += times; }

  void check() const {
    for (auto const& one : kFaults) {
      check(one, Repeat::once);
      if (one.lasting == Lasting::yes) check(one, Repeat::forever);
    }
  }

 private:
  void check(FaultClass const& one, Repeat repeat) const {
    auto const found = times_.find({one.name, repeat});
    auto const times = found == times_.end() ? 0 : found->second;
    INFO(one.name << ", " << to_text(repeat) << ", was met " << times << " times");
    std::cout << one.name << ", " << to_text(repeat) << ": met " << times << " times\n";
    CHECK((times > 0) == (one.met == Met::somewhere));
  }

  std::map<std::pair<std::string_view, Repeat>, std::int64_t> times_;
};

// Returns how often the fault was met.
std::int64_t fail_every(FaultClass const& one, Repeat repeat, Rung& rung) {
  for (std::int64_t at = 1;; ++at) {
    auto const about = std::string(one.name) + (repeat == Repeat::once ? " once at " : " from ") + std::to_string(at);
    Fault const fault{.operation = one.operation,
                      .file = one.file,
                      .at = at,
                      .code = one.code,
                      .os_error = one.os_error,
                      .repeat = repeat,
                      .halfway = one.halfway};
    if (!rung.run(fault, about)) return at - 1;
  }
}

}  // namespace

TEST_CASE("whatever file operation fails, what was acknowledged is there once and what was refused is not") {
  Classes classes;
  for (auto const& scenario : scenarios()) {
    auto const before = std::chrono::steady_clock::now();
    Rung rung(scenario);
    for (auto const& one : kFaults) {
      for (auto const repeat : {Repeat::once, Repeat::forever}) {
        if (repeat == Repeat::forever && one.lasting == Lasting::no) continue;
        classes.met(one, repeat, fail_every(one, repeat, rung));
      }
    }
    auto const ms = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - before).count();
    std::cout << scenario.name << ": " << rung.tally.runs << " faults, " << rung.tally.looks << " states, " << ms
              << " ms, " << rung.problems.size() << " problems\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(rung.problems.size(), 20); ++i) {
      UNSCOPED_INFO(rung.problems[i]);
    }
    CHECK(rung.problems.empty());
    CHECK(rung.tally.runs > 0);
  }
  classes.check();
}

}  // namespace decapod::test
