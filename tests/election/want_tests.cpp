#include <decapod/election/lock.h>
#include <fcntl.h>
#include <support/eventually.h>
#include <support/temp_directory.h>
#include <sys/file.h>

#include <catch2/catch.hpp>

#include <string>

namespace decapod::election {
namespace {

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

}  // namespace

TEST_CASE("a leader sees that somebody waits, and that nobody does any more") {
  WantFile const file;
  WantProbe const probe(file.path());
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
  WantProbe const probe(file.path());
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

TEST_CASE("without a want file nobody waits, and a waiter is told that there is no store") {
  WantFile const file;
  CHECK_FALSE(WantProbe(file.path() + "-absent").somebody_waits());
  CHECK(WantLock::acquire(file.path() + "-absent", in(Millis(10))).error().code == ErrorCode::store_not_found);
}

}  // namespace decapod::election
