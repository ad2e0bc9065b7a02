#include <decapod/election/lock.h>
#include <fcntl.h>
#include <support/eventually.h>
#include <support/temp_directory.h>
#include <sys/file.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace decapod::election {
namespace {

namespace fs = std::filesystem;

SteadyTime in(Millis time) {
  return std::chrono::steady_clock::now() + time;
}

class WantFile {
 public:
  WantFile() { test::write_file(path(), ""); }
  std::string path() const { return directory_ / "want.lock"; }

 private:
  test::TempDirectory directory_;
};

// The system's files, and a clock that passes only while somebody rests or, a little, looks at it.
class RestingKernel final : public Kernel {
 public:
  Result<OpenedLock> open_lock(std::string const& path) override { return system_kernel().open_lock(path); }
  SteadyTime steady() override {
    ++looks_;
    return now_ += std::chrono::microseconds(1);
  }
  void rest(std::chrono::microseconds time) override { now_ += time; }
  int looks() const { return looks_; }

 private:
  SteadyTime now_{};
  int looks_ = 0;
};

}  // namespace

TEST_CASE("a leader sees that somebody waits, and that nobody does any more") {
  WantFile const file;
  WantProbe probe(file.path());
  CHECK_FALSE(probe.somebody_waits());
  {
    auto const one = WantLock::acquire(file.path(), in(test::kPatience));
    REQUIRE(one.has_value());
    CHECK(probe.somebody_waits());
    auto const two = WantLock::acquire(file.path(), in(test::kPatience));
    REQUIRE(two.has_value());
    CHECK(probe.somebody_waits());
  }
  CHECK_FALSE(probe.somebody_waits());
}

TEST_CASE("looking whether somebody waits keeps nobody from waiting") {
  WantFile const file;
  WantProbe probe(file.path());
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(probe.somebody_waits());
    CHECK(WantLock::acquire(file.path(), in(Millis(0))).has_value());
  }
}

TEST_CASE("waiting for the sign ends at the deadline") {
  WantFile const file;
  Descriptor const other(open(file.path().c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(flock(other.get(), LOCK_EX) == 0);
  auto const waited = [&] {
    auto const started = std::chrono::steady_clock::now();
    CHECK(WantLock::acquire(file.path(), started + Millis(60)).error().code == ErrorCode::busy);
    auto const took = std::chrono::steady_clock::now() - started;
    CHECK(took >= Millis(60));
    return took;
  };
  CHECK(test::shortest(Millis(110), waited) < Millis(110));
}

TEST_CASE("who waits for the sign rests between two looks at it") {
  WantFile const file;
  Descriptor const other(open(file.path().c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(flock(other.get(), LOCK_EX) == 0);
  RestingKernel kernel;
  CHECK(WantLock::acquire(file.path(), SteadyTime(Millis(60)), kernel).error().code == ErrorCode::busy);
  // Not one after the other for all of 60,000 microseconds.
  CHECK(kernel.looks() <= 1000);
}

TEST_CASE("a leader sees who waits by a want file that was made anew") {
  WantFile const file;
  WantProbe probe(file.path());
  CHECK_FALSE(probe.somebody_waits());
  fs::remove(file.path());
  CHECK_FALSE(probe.somebody_waits());
  test::write_file(file.path(), "");
  CHECK_FALSE(probe.somebody_waits());
  {
    auto const want = WantLock::acquire(file.path(), in(test::kPatience));
    REQUIRE(want.has_value());
    CHECK(probe.somebody_waits());
  }
  CHECK_FALSE(probe.somebody_waits());
}

TEST_CASE("a leader goes on to see who waits by a want file that was removed, and the waiter knows that it was") {
  WantFile const file;
  WantProbe probe(file.path());
  CHECK_FALSE(probe.somebody_waits());
  {
    auto const want = WantLock::acquire(file.path(), in(test::kPatience));
    REQUIRE(want.has_value());
    CHECK(want->still_current());
    fs::remove(file.path());
    test::write_file(file.path(), "");
    CHECK(probe.somebody_waits());
    CHECK_FALSE(want->still_current());
  }
  CHECK_FALSE(probe.somebody_waits());
}

TEST_CASE("a leader sees who has waited since it led, although the want file is replaced before its first look") {
  WantFile const file;
  WantProbe probe(file.path());
  auto const want = WantLock::acquire(file.path(), in(test::kPatience));
  REQUIRE(want.has_value());
  fs::remove(file.path());
  test::write_file(file.path(), "");
  CHECK(probe.somebody_waits());
}

TEST_CASE("nobody waits by a want file that was replaced between its opening and its lock") {
  WantFile const file;
  // Replaces each file that it opens, the first three times.
  class ReplacingKernel final : public Kernel {
   public:
    Result<OpenedLock> open_lock(std::string const& path) override {
      auto opened = system_kernel().open_lock(path);
      if (++opened_ <= 3) {
        fs::remove(path);
        test::write_file(path, "");
      }
      return opened;
    }
    SteadyTime steady() override { return {}; }
    void rest(std::chrono::microseconds) override {}
    int opened() const { return opened_; }

   private:
    int opened_ = 0;
  } kernel;
  auto const want = WantLock::acquire(file.path(), SteadyTime(Millis(1)), kernel);
  REQUIRE(want.has_value());
  CHECK(want->still_current());
  CHECK(kernel.opened() == 4);
}

TEST_CASE("who may not wait for the sign is told so at once") {
  WantFile const file;
  Descriptor const other(open(file.path().c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(flock(other.get(), LOCK_EX) == 0);
  RestingKernel kernel;
  // The first look at the clock.
  auto const deadline = SteadyTime(std::chrono::microseconds(1));
  CHECK(WantLock::acquire(file.path(), deadline, kernel).error().code == ErrorCode::busy);
  CHECK(kernel.looks() == 1);
}

TEST_CASE("without a want file nobody waits, and a waiter is told that there is no store") {
  WantFile const file;
  CHECK_FALSE(WantProbe(file.path() + "-absent").somebody_waits());
  CHECK(WantLock::acquire(file.path() + "-absent", in(Millis(10))).error().code == ErrorCode::store_not_found);
}

}  // namespace decapod::election
