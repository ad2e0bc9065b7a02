// Who keeps a page copy, seen from outside.

#include <catch2/catch.hpp>

#include <support/eventually.h>
#include <support/leader.h>

#include "own_mounts.h"
#include "workers.h"

#include <atomic>
#include <filesystem>

using namespace decapod::test;
namespace fs = std::filesystem;

namespace {

bool has_open(pid_t process, fs::path const& path) {
  // It may end, or close one, meanwhile.
  std::error_code gone;
  fs::directory_iterator entry("/proc/" + std::to_string(process) + "/fd", gone);
  for (; !gone && entry != fs::directory_iterator(); entry.increment(gone)) {
    std::error_code closed;
    if (fs::read_symlink(entry->path(), closed) == path) return true;
  }
  return false;
}

std::vector<pid_t> brokers_of(TempRepository const& repository) {
  std::vector<pid_t> found;
  for (auto const& holder : lock_holders(repository.leader_lock())) {
    if (holder.role == Role::broker) found.push_back(holder.pid);
  }
  return found;
}

// Items whose descriptions have so many bytes each.
void fill(TempRepository const& repository, int items, std::size_t bytes) {
  auto batch = repository.command({"batch"});
  for (int i = 0; i < items; ++i) {
    batch.input += R"({"op":"todo.add","args":{"title":"item )" + std::to_string(i) + R"(","description":")" +
                   std::string(bytes, 'x') + "\"}}\n";
  }
  REQUIRE(run(batch).status == 0);
}

// Whether there is a copy now that the broker, the same one all the time, has let go of.
bool sees_copy_of_reader_alone(TempRepository const& repository) {
  auto const brokers = brokers_of(repository);
  if (brokers.size() != 1) return false;
  std::error_code none;
  for (auto const& copy : fs::directory_iterator(repository.state() + "/copies", none)) {
    if (copy.path().extension() != ".db") continue;
    if (!has_open(brokers[0], copy) && fs::exists(copy) && brokers_of(repository) == brokers) return true;
  }
  return false;
}

}  // namespace

// Whoever lets go of an unlinked file last waits until all of it is freed: with a gigabyte, a third of a second.
TEST_CASE("a broker has let go of a copy while its reader still reads it") {
  TempRepository repository;
  repository.set_idle(Milliseconds(10'000));
  fill(repository, 500, 10);
  std::atomic<bool> over = false;
  bool seen = false;
  in_parallel(2, [&](int role) {
    if (role == 0) {
      while (!over) repository.ask({"broker", "verify"});
      return;
    }
    seen = eventually([&] { return sees_copy_of_reader_alone(repository); });
    over = true;
  });
  CHECK(seen);
}

TEST_CASE("a heavy read through a read-only mount is answered while a broker serves, and leaves no heap of copies") {
  TempRepository repository;
  repository.set_idle(Milliseconds(10'000));
  repository.must({"todo", "add", "first"});
  write_file(repository.scratch("script"),
             "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" && touch x 2>/dev/null && exit 90\n"
             "for verb in 'todo export' 'broker verify' 'validate --store repo'; do\n"
             "  $D $verb --timeout 30s >/dev/null || { echo \"$verb: $?\"; exit 1; }\n"
             "done\n");
  auto const read = repository.shell(in_own_mounts(repository.scratch("script")));
  INFO(read.output << read.error);
  CHECK(read.status == 0);
  std::error_code none;
  auto const copies = fs::directory_iterator(repository.state() + "/copies", none);
  CHECK(std::distance(copies, fs::directory_iterator()) <= 3);
  REQUIRE(repository.falls_quiet());
  CHECK(fs::is_empty(repository.state() + "/copies"));
}

TEST_CASE("a store that nothing was written to is not called damaged where it cannot be written") {
  TempRepository const repository;
  write_file(repository.scratch("script"),
             "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\"\n"
             "for verb in 'todo list' 'broker verify' 'validate --store repo'; do $D $verb; echo $?; done 2>&1\n");
  auto const read = repository.shell(in_own_mounts(repository.scratch("script")));
  INFO(read.output << read.error);
  CHECK(read.output.find("nothing was ever written to the store") != std::string::npos);
  CHECK(read.output.find("tables were changed") == std::string::npos);
  CHECK(read.output.find("\n7\n") != std::string::npos);
  repository.must({"todo", "add", "first"});
}

// Each of them makes the broker leave, which ends the copy that it is making.
TEST_CASE("a heavy read comes to its end although others take the lock all the time") {
  TempRepository repository;
  repository.set_idle(Milliseconds(10'000));
  fill(repository, 3000, 3000);
  std::atomic<bool> over = false;
  std::vector<Answer> answers;
  in_parallel(3, [&](int shell) {
    if (shell > 0) {
      for (; !over; std::this_thread::sleep_for(Milliseconds(100)))
        repository.ask_in_sandbox("codex", {"todo", "add", "sandboxed"});
      return;
    }
    for (int i = 0; i < 3; ++i) answers.push_back(repository.ask({"broker", "verify", "--timeout", "30s"}));
    over = true;
  });
  for (auto const& answer : answers) {
    INFO(told(answer));
    CHECK(answer.ok());
  }
}
