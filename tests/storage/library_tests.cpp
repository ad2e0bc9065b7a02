#include <decapod/storage/library.h>
#include <support/temp_directory.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

namespace decapod::test {
namespace {

using storage::Exposure;

bool has(int version, std::string_view name) {
  auto const faults = storage::known_faults(version);
  auto const found = std::ranges::find(faults, name, &storage::LibraryFault::name);
  REQUIRE(found != faults.end());
  return found->exposure == Exposure::contained;
}

TEST_CASE("each known fault is told for the versions that have it, and no others") {
  auto const frames = "wal-frames-without-checksum";
  CHECK(has(3040001, frames));
  CHECK(has(3050001, frames));
  CHECK_FALSE(has(3050002, frames));

  auto const race = "wal-reset-race";
  CHECK_FALSE(has(3006023, race));
  CHECK(has(3040001, race));
  CHECK(has(3044005, race));
  CHECK_FALSE(has(3044006, race));
  CHECK(has(3045000, race));
  CHECK_FALSE(has(3050007, race));
  CHECK(has(3051002, race));
  CHECK_FALSE(has(3051003, race));

  CHECK(has(3052000, "withdrawn-release"));
  CHECK_FALSE(has(3052001, "withdrawn-release"));
  CHECK(has(3053003, "super-journal-rollback"));
  CHECK_FALSE(has(3053004, "super-journal-rollback"));
  CHECK(has(3053004, "locks-dropped-by-close"));
}

TEST_CASE("the linked library is described and passes the self-test, leaving nothing behind") {
  TempDirectory const scratch;
  auto const library = storage::library();
  CHECK(library.version_number > 3037000);
  CHECK(library.version.starts_with("3."));
  CHECK(library.source_id.size() > 40);
  CHECK(storage::test_library(scratch.path()).has_value());
  CHECK(std::filesystem::is_empty(scratch.path()));
}

TEST_CASE("the self-test says why it could not run") {
  auto const tested = storage::test_library("/nonexistent");
  REQUIRE_FALSE(tested.has_value());
  CHECK(tested.error().code == ErrorCode::not_writable);
}

}  // namespace
}  // namespace decapod::test
