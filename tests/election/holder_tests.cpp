// Who is named as the holder of a lock: the process that has it, and nobody else who has the file open.

#include <decapod/base/descriptor.h>
#include <decapod/election/holder.h>
#include <fcntl.h>
#include <support/leader.h>
#include <support/temp_directory.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <functional>
#include <optional>
#include <string>

namespace decapod::election {
namespace {

// A process that has done something to its files and keeps them; it ends with this object.
class Keeper {
 public:
  explicit Keeper(std::function<bool()> const& take) {
    std::array<int, 2> ready{};
    REQUIRE(pipe2(ready.data(), O_CLOEXEC) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      // Whatever becomes of the test.
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      char const said = take() ? 'y' : 'n';
      if (write(ready[1], &said, 1) != 1) _exit(1);
      for (;;) pause();
    }
    char said = 'n';
    REQUIRE(read(ready[0], &said, 1) == 1);
    CHECK(said == 'y');
    for (int const end : ready) close(end);
  }
  ~Keeper() { test::kill_and_wait(pid_); }
  Keeper(Keeper const&) = delete;
  Keeper& operator=(Keeper const&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

int open_file(std::string const& path) {
  return open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

class Files {
 public:
  Files() {
    for (auto const& path : {lock(), other()}) test::write_file(path, "");
  }
  std::string lock() const { return directory_ / "leader.lock"; }
  std::string other() const { return directory_ / "other.lock"; }

 private:
  test::TempDirectory directory_;
};

}  // namespace

TEST_CASE("the process that holds a lock is named, beside others that have the file open or other files locked") {
  Files const files;
  Keeper const reader([&] { return open_file(files.lock()) >= 0; });
  Keeper const other([&] { return open_file(files.lock()) >= 0 && flock(open_file(files.other()), LOCK_EX) == 0; });
  CHECK(lock_holder(files.lock()) == std::nullopt);
  {
    // The lock is not on the first of its descriptors.
    Keeper const holder([&] { return open_file(files.lock()) >= 0 && flock(open_file(files.lock()), LOCK_EX) == 0; });
    CHECK(lock_holder(files.lock()) == holder.pid());
    CHECK(lock_holder(files.other()) == other.pid());
  }
  CHECK(lock_holder(files.lock()) == std::nullopt);
}

TEST_CASE("a lock of another kind leads nothing, so its holder is not named") {
  Files const files;
  Keeper const shared([&] { return flock(open_file(files.lock()), LOCK_SH) == 0; });
  Keeper const of_records([&] {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    return fcntl(open_file(files.lock()), F_SETLK, &whole) == 0;
  });
  CHECK(lock_holder(files.lock()) == std::nullopt);
}

TEST_CASE("who asks is not named, and without a file there is nobody to name") {
  Files const files;
  Descriptor const own(open_file(files.lock()));
  REQUIRE(flock(own.get(), LOCK_EX) == 0);
  CHECK(lock_holder(files.lock()) == std::nullopt);
  CHECK(lock_holder(files.lock() + ".none") == std::nullopt);
}

}  // namespace decapod::election
