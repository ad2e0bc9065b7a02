#include <decapod/election/lock.h>
#include <fcntl.h>
#include <support/temp_directory.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "kernel_seam.h"

namespace decapod::election {
namespace {

namespace fs = std::filesystem;

class Store {
 public:
  Store() { test::write_file(lock(), ""); }
  std::string lock() const { return directory_ / "leader.lock"; }
  std::string path(std::string_view name) const { return directory_ / name; }

  // Puts another file where the lock was: in one step, or by removing and making it.
  void rename_over() const {
    test::write_file(path("other"), "");
    fs::rename(path("other"), lock());
  }
  void remove_and_make() const {
    test::write_file(path("keeps-the-inode-number-taken"), "");
    fs::rename(lock(), path("moved-away"));
    test::write_file(lock(), "");
  }

 private:
  test::TempDirectory directory_;
};

bool is_free(std::string const& path) {
  return LeaderLock::try_acquire(path).value().has_value();
}

LeaderLock must_acquire(std::string const& path) {
  auto acquired = LeaderLock::try_acquire(path);
  REQUIRE(acquired.has_value());
  REQUIRE(acquired->has_value());
  return **std::move(acquired);
}

}  // namespace

TEST_CASE("of two descriptors one leads, and the next leads when the first lets go") {
  Store const store;
  auto leader = must_acquire(store.lock());
  CHECK_FALSE(is_free(store.lock()));
  CHECK_FALSE(is_free(store.lock()));
  leader.release();
  CHECK(is_free(store.lock()));
}

TEST_CASE("a lock is not handed to a program that is started by the way") {
  Store const store;
  auto const leader = must_acquire(store.lock());
  CHECK((fcntl(leader.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a lock file that takes the place of a closed standard input is led by like any other") {
  Store const store;
  int const input = dup(STDIN_FILENO);
  close(STDIN_FILENO);
  errno = EACCES;  // of an earlier call
  auto leader = LeaderLock::try_acquire(store.lock());
  bool const leads = leader.has_value() && leader->has_value();
  auto const access = leads ? (*leader)->access() : LockAccess::read_only;
  int const descriptor = leads ? (*leader)->descriptor() : -1;
  bool const excludes = leads && !is_free(store.lock());
  if (leads) (*leader)->release();
  if (input >= 0) {
    dup2(input, STDIN_FILENO);
    close(input);
  }
  REQUIRE(leads);
  CHECK(descriptor == STDIN_FILENO);
  CHECK(access == LockAccess::read_write);
  CHECK(excludes);
}

TEST_CASE("a lock goes with the object that holds it") {
  Store const store;
  { auto const leader = must_acquire(store.lock()); }
  CHECK(is_free(store.lock()));
}

TEST_CASE("where there is no lock file there is no store, and none is made") {
  Store const store;
  CHECK(LeaderLock::try_acquire(store.path("absent")).error().code == ErrorCode::store_not_found);
  CHECK_FALSE(fs::exists(store.path("absent")));
  CHECK(LeaderLock::try_acquire(store.path("leader.lock/below")).error().code == ErrorCode::store_not_found);
}

TEST_CASE("a symbolic link is no lock file") {
  Store const store;
  fs::create_symlink(store.lock(), store.path("link"));
  CHECK(LeaderLock::try_acquire(store.path("link")).error().code == ErrorCode::unreachable);
  CHECK(is_free(store.lock()));
}

TEST_CASE("a directory is no lock file, though it could be locked") {
  Store const store;
  fs::create_directory(store.path("folder"));
  CHECK(LeaderLock::try_acquire(store.path("folder")).error().code == ErrorCode::unreachable);
}

TEST_CASE("a leader notices that its lock file was replaced, moved or deleted") {
  Store const store;
  SECTION("another file was renamed over it") {
    auto const leader = must_acquire(store.lock());
    CHECK(leader.still_current());
    store.rename_over();
    CHECK_FALSE(leader.still_current());
  }
  SECTION("it was moved away and a new one was made") {
    auto const leader = must_acquire(store.lock());
    store.remove_and_make();
    CHECK_FALSE(leader.still_current());
  }
  SECTION("it was deleted") {
    auto const leader = must_acquire(store.lock());
    fs::remove(store.lock());
    CHECK_FALSE(leader.still_current());
  }
  SECTION("it was deleted but has a second name elsewhere") {
    auto const leader = must_acquire(store.lock());
    fs::create_hard_link(store.lock(), store.path("second"));
    fs::remove(store.lock());
    CHECK_FALSE(leader.still_current());
  }
}

TEST_CASE("a lock file that is replaced between opening and locking is not led by, its successor is") {
  Store const store;
  test::KernelSeam kernel;
  int calls = 0;
  kernel.before_lock([&] {
    if (++calls == 1) store.rename_over();
  });
  auto const leader = must_acquire(store.lock());
  CHECK(calls == 2);
  CHECK(leader.still_current());
}

TEST_CASE("a lock file that is replaced again and again is an error, not an endless loop") {
  Store const store;
  test::KernelSeam kernel;
  kernel.before_lock([&] { store.rename_over(); });
  CHECK(LeaderLock::try_acquire(store.lock()).error().code == ErrorCode::unreachable);
}

}  // namespace decapod::election
