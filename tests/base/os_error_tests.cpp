#include <decapod/base/os_error.h>
#include <decapod/base/sync_directory.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <cerrno>

namespace decapod {

TEST_CASE("an error number means the same wherever it is met, and one that is out of descriptors says what to do") {
  for (int const number : {ENOSPC, EDQUOT, EFBIG}) {
    CHECK(os_error("make", "/a", number, ErrorCode::not_writable).code == ErrorCode::disk_full);
  }
  for (int const number : {EMFILE, ENFILE}) {
    auto const error = os_error("read", "/a", number, ErrorCode::input_unreadable);
    CHECK(error.code == ErrorCode::unreachable);
    CHECK(error.hint.find("ulimit -n") != std::string::npos);
  }
  auto const too_large = os_error("write to", "/a", EFBIG, ErrorCode::not_writable);
  CHECK(too_large.hint.find("ulimit -f") != std::string::npos);
  CHECK(code_of(EIO, ErrorCode::not_writable) == ErrorCode::unreachable);
  auto const denied = os_error("make", "/a", EACCES, ErrorCode::not_writable);
  CHECK(denied.code == ErrorCode::not_writable);
  CHECK(denied.message == "cannot make /a: Permission denied");
  CHECK(denied.details.at("path") == "/a");
  CHECK(denied.hint.empty());
}

TEST_CASE("a directory that cannot be opened cannot be synced, and that is said") {
  test::TempDirectory const directory;
  CHECK(sync_directory(directory.path().string()).has_value());
  auto const absent = sync_directory(directory / "none");
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().code == ErrorCode::not_writable);
}

}  // namespace decapod
