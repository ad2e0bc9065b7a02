// Who keeps a page copy, seen from outside.

#include <catch2/catch.hpp>

#include <support/eventually.h>
#include <support/leader.h>

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
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += R"({"op":"todo.add","args":{"title":"item )" + std::to_string(i) + "\"}}\n";
  auto batch = repository.command({"batch"});
  batch.input = lines;
  REQUIRE(run(batch).status == 0);
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
