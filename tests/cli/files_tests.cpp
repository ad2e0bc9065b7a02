#include "files.h"
#include "git_process.h"

#include <support/eventually.h>
#include <support/temp_directory.h>
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace decapod::test {
namespace {

SteadyTime in(Millis time) {
  return std::chrono::steady_clock::now() + time;
}

}  // namespace

TEST_CASE("the store's own files are refused under every name they have") {
  TempDirectory const folder;
  StatePaths const paths(folder.path());
  write_file(paths.database, "database");
  write_file(paths.wal, "wal");
  std::filesystem::create_symlink(paths.database, folder / "soft");
  std::filesystem::create_hard_link(paths.wal, folder / "hard");
  write_file(folder / "other", "other");
  for (auto const& path : {paths.database, paths.wal, folder / "soft", folder / "hard"}) {
    CAPTURE(path);
    auto const content = cli::files::read(path, 1000, &paths, in(kPatience));
    REQUIRE_FALSE(content.has_value());
    CHECK(content.error().code == ErrorCode::refused);
  }
  CHECK(*cli::files::read(folder / "other", 1000, &paths, in(kPatience)) == "other");
}

TEST_CASE("a file is replaced and added to where it stands, never through a link") {
  TempDirectory const folder;
  write_file(folder / "there", "one\n");
  std::filesystem::create_symlink(folder / "there", folder / "link");
  for (auto const write : {cli::files::replace, cli::files::append}) {
    auto const through = write(folder / "link", "two\n");
    REQUIRE_FALSE(through.has_value());
    CHECK(through.error().code == ErrorCode::not_writable);
  }
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(read_file(folder / "there") == "one\n");
  CHECK(cli::files::append(folder / "there", "two\n").has_value());
  CHECK(read_file(folder / "there") == "one\ntwo\n");
  CHECK(cli::files::replace(folder / "there", "three\n").has_value());
  CHECK(read_file(folder / "there") == "three\n");
}

TEST_CASE("reading is bounded in bytes, and a pipe that nobody writes to in time") {
  TempDirectory const folder;
  write_file(folder / "big", std::string(1001, 'x'));
  CHECK(cli::files::read(folder / "big", 1000, nullptr, in(kPatience)).error().code == ErrorCode::too_large);
  CHECK(cli::files::read(folder / "big", 1001, nullptr, in(kPatience))->size() == 1001);
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  auto const silent = cli::files::read_descriptor(ends[0], "a pipe", 1000, in(Millis(30)));
  CHECK(silent.error().code == ErrorCode::timeout);
  close(ends[0]);
  close(ends[1]);
  CHECK(cli::files::read(folder / "absent", 1, nullptr, in(kPatience)).error().code == ErrorCode::input_unreadable);
}

TEST_CASE("replacing a file leaves the new content and nothing beside it") {
  TempDirectory const folder;
  write_file(folder / "file", "old");
  REQUIRE(cli::files::replace(folder / "file", "new").has_value());
  CHECK(read_file(folder / "file") == "new");
  CHECK(cli::files::replace(folder / "absent/file", "x").error().code == ErrorCode::not_writable);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("git runs in the named directory, whatever the environment aims it at") {
  TempDirectory const folder;
  std::vector<std::string> const environment = {"PATH=/usr/bin:/bin", "GIT_DIR=/nowhere", "HOME=/nowhere"};
  REQUIRE(cli::run_git(folder.path(), {"init", "-q"}, environment, in(kPatience))->status == 0);
  auto const top = cli::run_git(folder.path(), {"rev-parse", "--git-dir"}, environment, in(kPatience));
  REQUIRE(top.has_value());
  CHECK(top->status == 0);
  CHECK(top->output == ".git\n");
}

TEST_CASE("git that does not end in time is killed") {
  TempDirectory const folder;
  // It would leave a file.
  auto const slow = cli::run_git(folder.path(), {"-c", "alias.nap=!sleep 100; touch ended", "nap"},
                                 {"PATH=/usr/bin:/bin"}, in(Millis(200)));
  CHECK_FALSE(std::filesystem::exists(folder / "ended"));
  REQUIRE_FALSE(slow.has_value());
  CHECK(slow.error().code == ErrorCode::timeout);
}

}  // namespace decapod::test
