#include <decapod/cli_kit/scratch.h>

#include <support/process.h>
#include <support/temp_directory.h>
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace decapod::test {
namespace {

namespace fs = std::filesystem;

std::size_t entries(TempDirectory const& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()));
}

// As a command that was killed leaves it: nobody holds it any more.
std::string left_behind(TempDirectory const& directory, cli::Scratch const& like) {
  auto const path = fs::path(directory.path()) / (fs::path(like.path()).filename().string() + "0");
  fs::create_directories(path / "objects");
  write_file(path / "objects/a", "content");
  return path.string();
}

}  // namespace

TEST_CASE("a scratch folder is closed to others, and goes with everything in it") {
  TempDirectory const directory;
  {
    auto const scratch = cli::Scratch::make(directory.path());
    REQUIRE(scratch.has_value());
    struct stat facts {};
    REQUIRE(stat(scratch->path().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0700U);
    CHECK(cli::is_scratch(fs::path(scratch->path()).filename().string()));
    fs::create_directories(scratch->path() + "/a/b");
    write_file(scratch->path() + "/a/b/c", "content");
  }
  CHECK(entries(directory) == 0);
}

TEST_CASE("what a killed command left goes with the next scratch folder, and one that is in use stays") {
  TempDirectory const directory;
  auto const live = cli::Scratch::make(directory.path());
  REQUIRE(live.has_value());
  write_file(live->path() + "/kept", "content");
  auto const dead = left_behind(directory, *live);
  // Neither is a scratch folder.
  fs::create_directory(fs::path(directory.path()) / "copies");
  write_file(fs::path(directory.path()) / "decapod.db", "content");
  {
    auto const next = cli::Scratch::make(directory.path());
    REQUIRE(next.has_value());
    CHECK_FALSE(fs::exists(dead));
    CHECK(fs::exists(live->path() + "/kept"));
    CHECK(entries(directory) == 4);
  }
  CHECK(entries(directory) == 3);
}

TEST_CASE("a link that is called like a scratch folder leads nobody to sweep what it names") {
  TempDirectory const directory;
  TempDirectory const elsewhere;
  write_file(elsewhere / "mine", "content");
  fs::create_directory_symlink(elsewhere.path(), directory / "scratch-0123456789ab");
  REQUIRE(cli::Scratch::make(directory.path()).has_value());
  CHECK(fs::exists(elsewhere / "mine"));
}

TEST_CASE("without a directory there is no scratch folder") {
  TempDirectory const directory;
  CHECK(cli::Scratch::make(directory / "absent").error().code == ErrorCode::not_writable);
}

}  // namespace decapod::test
