#include "place.h"
#include "repository.h"
#include "store_layout.h"

#include <support/temp_directory.h>
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace decapod::test {
namespace {

cli::StorePlace place_in(std::string const& state) {
  return {.kind = cli::StoreKind::root,
          .paths = StatePaths(state),
          .worktree = "",
          .main_worktree = "",
          .git = {},
          .why = ""};
}

}  // namespace

TEST_CASE("a new store has its database before it has a lock that says that it is one") {
  auto const layout = cli::store_layout(place_in("/nowhere/.decapod/data"));
  auto const database = std::ranges::find(layout, "/nowhere/.decapod/data/decapod.db", &cli::LayoutEntry::path);
  auto const lock = std::ranges::find(layout, "/nowhere/.decapod/data/leader.lock", &cli::LayoutEntry::path);
  CHECK(database < lock);
  CHECK(lock == layout.end() - 1);
  CHECK(layout.front().path == "/nowhere");
}

TEST_CASE("a store in the git directory needs nothing that git clean steps over") {
  for (auto const& entry : cli::store_layout(place_in("/nowhere/bare.git/decapod"))) {
    CHECK(entry.path.find("/.git") == std::string::npos);
  }
}

TEST_CASE("what is private is private whatever the umask, and making it twice changes nothing") {
  TempDirectory const folder;
  auto const layout = cli::store_layout(place_in(folder / ".decapod/data"));
  auto const before = umask(0);
  for (int round = 0; round < 2; ++round) {
    for (auto const& entry : layout) {
      auto const made = cli::make_entry(entry);
      REQUIRE(made.has_value());
      CHECK(*made == (round == 0 ? cli::MadeBy::us : cli::MadeBy::others));
    }
  }
  umask(before);
  struct stat facts {};
  REQUIRE(stat((folder / ".decapod/data").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0700);
  for (std::string const name : {"leader.lock", "decapod.db"}) {
    REQUIRE(stat((folder / (".decapod/data/" + name)).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600);
  }
  CHECK(read_file(folder / ".decapod/.gitignore") == "/data/\n");
}

TEST_CASE("a file where a directory belongs is in the way") {
  TempDirectory const folder;
  write_file(folder / ".decapod", "");
  auto const entry = cli::LayoutEntry{cli::EntryKind::shared_directory, folder / ".decapod", ""};
  CHECK(cli::entry_exists(entry).error().code == ErrorCode::unsafe_directory);
  auto const below = cli::LayoutEntry{cli::EntryKind::text_file, folder / ".decapod/.gitignore", ""};
  CHECK(cli::entry_exists(below).error().message == folder / ".decapod is in the way");
  auto const store = cli::check_store(StatePaths(folder / ".decapod/data"), geteuid());
  CHECK(store.error().message == folder / ".decapod is in the way");
}

}  // namespace decapod::test
