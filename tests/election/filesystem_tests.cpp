#include <decapod/election/filesystem.h>
#include <decapod/election/lock.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <cerrno>
#include <string>
#include <utility>

#include "kernel_seam.h"

namespace decapod::election {
namespace {

using test::KernelSeam;

class ScratchLock {
 public:
  ScratchLock() { test::write_file(path(), ""); }
  std::string path() const { return directory_ / "leader.lock"; }
  std::string directory() const { return directory_.path().string(); }

 private:
  test::TempDirectory directory_;
};

}  // namespace

TEST_CASE("locks that exclude nobody are found out before anything is led") {
  ScratchLock const file;
  CHECK(self_test(file.path()).has_value());
  KernelSeam kernel;
  kernel.ignore_locks();
  auto const judged = self_test(file.path());
  REQUIRE_FALSE(judged.has_value());
  CHECK(judged.error().code == ErrorCode::lock_unreliable);
  CHECK(judged.error().message.find("excludes nobody") != std::string::npos);
}

TEST_CASE("a held lock that a second descriptor can take, too, is no lock") {
  ScratchLock const file;
  auto const held = LeaderLock::try_acquire(file.path());
  REQUIRE(held->has_value());
  CHECK(check_held(file.path()).has_value());
  KernelSeam kernel;
  kernel.ignore_locks();
  auto const judged = check_held(file.path());
  REQUIRE_FALSE(judged.has_value());
  CHECK(judged.error().code == ErrorCode::lock_unreliable);
}

TEST_CASE("a file system without locks is refused, not waited for") {
  ScratchLock const file;
  KernelSeam kernel;
  for (int const error : {ENOLCK, ENOTSUP, EINVAL}) {
    kernel.refuse_locks(error);
    CHECK(self_test(file.path()).error().code == ErrorCode::lock_unreliable);
    CHECK(check_held(file.path()).error().code == ErrorCode::lock_unreliable);
    CHECK(LeaderLock::try_acquire(file.path()).error().code == ErrorCode::lock_unreliable);
  }
}

TEST_CASE("no lock is tried on a descriptor that a started program would inherit") {
  ScratchLock const file;
  KernelSeam const kernel;
  CHECK(self_test(file.path()).has_value());
  auto const held = LeaderLock::try_acquire(file.path());
  REQUIRE(held->has_value());
  CHECK(check_held(file.path()).has_value());
  // Two of the self-test, one to lead, one to look.
  CHECK(kernel.tried() == 4);
  CHECK(kernel.inherited() == 0);
}

TEST_CASE("nobody holds a lock that was released, and the test of it says so") {
  ScratchLock const file;
  auto held = LeaderLock::try_acquire(file.path());
  REQUIRE(held->has_value());
  (*held)->release();
  // What an earlier call left behind is no answer of this one.
  errno = EWOULDBLOCK;
  CHECK_FALSE(check_held(file.path()).has_value());
}

TEST_CASE("remote and shared file systems are refused by name unless they are allowed") {
  ScratchLock const file;
  KernelSeam kernel;
  std::pair<std::uint32_t, char const*> const remote[] = {{0x6969, "nfs"},      {0xFF534D42, "cifs"},
                                                          {0xFE534D42, "smb2"}, {0x01021997, "9p"},
                                                          {0x65735546, "fuse"}, {0x6A656A63, "virtiofs"}};
  for (auto const& [magic, name] : remote) {
    kernel.set_filesystem(magic);
    auto const judged = check_filesystem(file.directory(), Unreliable::refused);
    REQUIRE_FALSE(judged.has_value());
    CHECK(judged.error().code == ErrorCode::lock_unreliable);
    CHECK(judged.error().details.at("filesystem") == name);
    CHECK(check_filesystem(file.directory(), Unreliable::allowed).has_value());
    CHECK(filesystem_name(file.directory()).value() == name);
  }
}

TEST_CASE("local file systems are trusted, and so are those that nobody has heard of") {
  ScratchLock const file;
  KernelSeam kernel;
  for (std::uint32_t const magic : {0xEF53U, 0x9123683EU, 0x01021994U, 0x794C7630U, 0xABCDU}) {
    kernel.set_filesystem(magic);
    CHECK(check_filesystem(file.directory(), Unreliable::refused).has_value());
  }
  CHECK(filesystem_name(file.directory()).value() == "0xabcd");
}

}  // namespace decapod::election
