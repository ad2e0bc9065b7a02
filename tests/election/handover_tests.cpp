// What only several processes can show: who leads after copies of a descriptor were made and closed.

#include <decapod/election/lock.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <support/temp_directory.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

namespace decapod::election {
namespace {

namespace fs = std::filesystem;

class Store {
 public:
  Store() { test::write_file(lock(), ""); }
  std::string lock() const { return directory_ / "leader.lock"; }
  std::string other() const { return directory_ / "other"; }

 private:
  test::TempDirectory directory_;
};

LeaderLock must_acquire(std::string const& path) {
  auto acquired = LeaderLock::try_acquire(path);
  REQUIRE(acquired.has_value());
  REQUIRE(acquired->has_value());
  return **std::move(acquired);
}

bool is_free(std::string const& path) {
  return LeaderLock::try_acquire(path).value().has_value();
}

// A forked copy of this process that runs `body` and ends; its exit status is what `body` returns.
class Process {
 public:
  explicit Process(std::function<int()> const& body) : pid_(fork()) {
    if (pid_ == 0) _exit(body());
  }
  ~Process() { finish(); }
  int finish() {
    if (pid_ > 0) waitpid(std::exchange(pid_, -1), &status_, 0);
    return WEXITSTATUS(status_);
  }

 private:
  pid_t pid_;
  int status_ = 0;
};

// A pipe whose reader learns when the writer lets go.
struct Gate {
  int ends[2]{-1, -1};
  Gate() { REQUIRE(pipe2(ends, O_CLOEXEC) == 0); }
  ~Gate() {
    close(ends[0]);
    open();
  }
  void open() {
    if (ends[1] >= 0) close(std::exchange(ends[1], -1));
  }
  void wait_in_child() {
    open();  // the child's copy
    char byte = 0;
    while (read(ends[0], &byte, 1) > 0) {
    }
  }
};

// Makes root, whom no permission stops, obey them like everybody else: in this process, for good.
bool obeys_permissions() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct const none[_LINUX_CAPABILITY_U32S_3]{};
  return syscall(SYS_capset, &header, none) == 0;
}

}  // namespace

TEST_CASE("another process is turned away while this one leads") {
  Store const store;
  auto const leader = must_acquire(store.lock());
  CHECK(Process([&] { return is_free(store.lock()) ? 1 : 0; }).finish() == 0);
}

TEST_CASE("leadership outlives the parent's copy and ends with the child") {
  Store const store;
  Gate gate;
  auto leader = must_acquire(store.lock());
  Process child([&] {
    gate.wait_in_child();
    return 0;
  });
  leader.release();
  CHECK_FALSE(is_free(store.lock()));
  gate.open();
  child.finish();
  CHECK(is_free(store.lock()));
}

TEST_CASE("a killed leader leaves a free lock") {
  Store const store;
  int held[2];
  REQUIRE(pipe(held) == 0);
  auto const pid = fork();
  if (pid == 0) {
    auto const leader = LeaderLock::try_acquire(store.lock());
    if (write(held[1], "x", 1) != 1) _exit(1);
    pause();
    _exit(leader.has_value() ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(read(held[0], &byte, 1) == 1);
  CHECK_FALSE(is_free(store.lock()));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  CHECK(is_free(store.lock()));
  close(held[0]);
  close(held[1]);
}

TEST_CASE("a successor adopts the lock it was handed, and it alone keeps it") {
  Store const store;
  auto leader = must_acquire(store.lock());
  auto adopted = LeaderLock::adopt(Descriptor(fcntl(leader.descriptor(), F_DUPFD_CLOEXEC, 10)), store.lock());
  REQUIRE(adopted.has_value());
  leader.release();
  CHECK_FALSE(is_free(store.lock()));
  CHECK(adopted->still_current());
  adopted->release();
  CHECK(is_free(store.lock()));
}

TEST_CASE("a descriptor that does not hold the lock is not adopted, and takes nothing") {
  Store const store;
  Descriptor idle(open(store.lock().c_str(), O_RDWR | O_CLOEXEC));
  SECTION("the lock is free") {
    CHECK(LeaderLock::adopt(std::move(idle), store.lock()).error().code == ErrorCode::unreachable);
    CHECK(is_free(store.lock()));
  }
  SECTION("somebody else holds it") {
    auto const leader = must_acquire(store.lock());
    CHECK(LeaderLock::adopt(std::move(idle), store.lock()).error().code == ErrorCode::unreachable);
    CHECK_FALSE(is_free(store.lock()));
  }
  SECTION("it holds the lock of another store") {
    auto const leader = must_acquire(store.lock());
    test::write_file(store.other(), "");
    auto const elsewhere = must_acquire(store.other());
    auto const copy = fcntl(elsewhere.descriptor(), F_DUPFD_CLOEXEC, 10);
    CHECK(LeaderLock::adopt(Descriptor(copy), store.lock()).error().code == ErrorCode::unreachable);
  }
  SECTION("the lock file was replaced after it was taken") {
    auto const leader = must_acquire(store.lock());
    auto const copy = fcntl(leader.descriptor(), F_DUPFD_CLOEXEC, 10);
    test::write_file(store.other(), "");
    fs::rename(store.other(), store.lock());
    auto const successor = must_acquire(store.lock());
    CHECK(LeaderLock::adopt(Descriptor(copy), store.lock()).error().code == ErrorCode::unreachable);
  }
}

TEST_CASE("a lock file that may only be read is led by all the same, and says so") {
  Store const store;
  fs::permissions(store.lock(), fs::perms(0444));
  Process reader([&] {
    if (!obeys_permissions()) return 2;
    auto const leader = LeaderLock::try_acquire(store.lock());
    if (!leader || !*leader) return 3;
    if ((*leader)->access() != LockAccess::read_only) return 4;
    if ((fcntl((*leader)->descriptor(), F_GETFD) & FD_CLOEXEC) == 0) return 6;
    return is_free(store.lock()) ? 5 : 0;
  });
  CHECK(reader.finish() == 0);
}

}  // namespace decapod::election
