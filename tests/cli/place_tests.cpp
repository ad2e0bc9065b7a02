#include "place.h"

#include <support/process.h>
#include <support/temp_directory.h>
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace decapod::test {
namespace {

namespace fs = std::filesystem;

void git(std::string const& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"git", "-c", "user.name=t", "-c", "user.email=t@t", "-c",
                                       "protocol.file.allow=always", "-c", "init.defaultBranch=main"});
  auto const done = run({.arguments = arguments,
                         .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory}, {"GIT_CONFIG_NOSYSTEM", "1"}},
                         .cwd = directory,
                         .input = ""});
  INFO(done.error);
  REQUIRE(done.status == 0);
}

void repository(std::string const& directory) {
  fs::create_directories(directory);
  git(directory, {"init", "-q"});
  git(directory, {"commit", "-q", "--allow-empty", "-m", "first"});
}

std::string state_of(std::string const& cwd) {
  auto const place = cli::find_place({.cwd = cwd, .store = {}, .root = "", .home = "", .xdg_data_home = ""});
  INFO((place ? "" : place.error().message));
  REQUIRE(place.has_value());
  return place->paths.directory;
}

}  // namespace

TEST_CASE("every worktree of a repository has the one store in its main worktree") {
  TempDirectory const folder;
  auto const main = folder / "main";
  repository(main);
  git(main, {"worktree", "add", "-q", folder / "linked"});
  git(main, {"worktree", "add", "-q", main + "/nested/tree"});
  fs::create_directories(folder / "linked/a/b");
  fs::create_directories(main + "/.decapod/data/.git");
  auto const state = main + "/.decapod/data";
  for (auto const& cwd :
       {main, main + "/.git", folder / "linked", folder / "linked/a/b", main + "/nested/tree", state}) {
    CAPTURE(cwd);
    CHECK(state_of(cwd) == state);
  }
  fs::create_directory_symlink(main, folder / "alias");
  CHECK(state_of(folder / "alias") == state);
}

TEST_CASE("the state directory's own nested git directory never passes for a repository") {
  TempDirectory const folder;
  auto const main = folder / "main";
  repository(main);
  auto const state = main + "/.decapod/data";
  fs::create_directories(state + "/.git/objects");
  fs::create_directories(state + "/.git/refs");
  write_file(state + "/.git/HEAD", "ref: refs/heads/none\n");
  CHECK(state_of(state) == state);
}

TEST_CASE("any byte may be in the path of a repository, and its worktrees still find its store") {
  TempDirectory const folder;
  for (std::string const name : {"a line\nand another", "a blank at the end ", "a return\r in it"}) {
    INFO(name);
    auto const main = folder / name;
    repository(main);
    git(main, {"worktree", "add", "-q", "--detach", main + "-linked"});
    CHECK(state_of(main + "-linked") == main + "/.decapod/data");
  }
}

TEST_CASE("a bare repository keeps the store in itself, for its worktrees too") {
  TempDirectory const folder;
  repository(folder / "source");
  git(folder.path(), {"clone", "-q", "--bare", folder / "source", folder / "bare.git"});
  git(folder / "bare.git", {"worktree", "add", "-q", folder / "tree"});
  CHECK(state_of(folder / "bare.git") == folder / "bare.git/decapod");
  CHECK(state_of(folder / "tree") == folder / "bare.git/decapod");
}

TEST_CASE("a hidden bare repository behind a .git file is bare all the same") {
  TempDirectory const folder;
  repository(folder / "source");
  fs::create_directory(folder / "project");
  git(folder.path(), {"clone", "-q", "--bare", folder / "source", folder / "project/.bare"});
  write_file(folder / "project/.git", "gitdir: ./.bare\n");
  git(folder / "project", {"worktree", "add", "-q", folder / "project/tree"});
  CHECK(state_of(folder / "project") == folder / "project/.bare/decapod");
  CHECK(state_of(folder / "project/tree") == folder / "project/.bare/decapod");
}

TEST_CASE("a submodule is a repository of its own") {
  TempDirectory const folder;
  repository(folder / "library");
  repository(folder / "main");
  git(folder / "main", {"submodule", "add", "-q", folder / "library", "sub"});
  CHECK(state_of(folder / "main/sub") == folder / "main/sub/.decapod/data");
  CHECK(state_of(folder / "main") == folder / "main/.decapod/data");
}

TEST_CASE("with a separate git directory all worktrees agree on the store") {
  TempDirectory const folder;
  fs::create_directory(folder / "tree");
  git(folder / "tree", {"init", "-q", "--separate-git-dir", folder / "elsewhere"});
  git(folder / "tree", {"commit", "-q", "--allow-empty", "-m", "first"});
  git(folder / "tree", {"worktree", "add", "-q", folder / "linked"});
  CHECK(state_of(folder / "tree") == folder / "elsewhere/decapod");
  CHECK(state_of(folder / "linked") == folder / "elsewhere/decapod");
}

TEST_CASE("a repository inside another one has a store of its own") {
  TempDirectory const folder;
  repository(folder / "outer");
  repository(folder / "outer/inner");
  CHECK(state_of(folder / "outer/inner") == folder / "outer/inner/.decapod/data");
}

TEST_CASE("without a repository there is no store, unless a root or the user's own is named") {
  TempDirectory const folder;
  auto const cwd = folder.path().string();
  cli::PlaceWish wish{.cwd = cwd, .store = {}, .root = "", .home = "/home/x", .xdg_data_home = ""};
  auto const none = cli::find_place(wish);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == ErrorCode::store_not_found);
  wish.root = "below/";
  CHECK(cli::find_place(wish)->paths.directory == cwd + "/below/.decapod/data");
  wish.store = cli::StoreKind::user;
  CHECK(cli::find_place(wish)->paths.directory == "/home/x/.local/share/decapod");
  wish.xdg_data_home = "/data";
  CHECK(cli::find_place(wish)->paths.directory == "/data/decapod");
  CHECK_FALSE(fs::exists(cwd + "/below"));
}

TEST_CASE("a root is told without the detours by which it was named") {
  TempDirectory const folder;
  auto const cwd = folder / "here";
  fs::create_directories(cwd + "/below");
  fs::create_directories(folder / "there/deep");
  fs::create_directory_symlink(folder / "there/deep", cwd + "/link");
  auto const root_of = [&](std::string const& root) {
    auto const place = cli::find_place({.cwd = cwd, .store = {}, .root = root, .home = "", .xdg_data_home = ""});
    REQUIRE(place.has_value());
    CHECK(place->paths.directory == place->main_worktree + "/.decapod/data");
    return place->main_worktree;
  };
  for (auto const& root : std::vector<std::string>{".", "./", cwd + "/.", "below/..", "./below/../", "../here"}) {
    CAPTURE(root);
    CHECK(root_of(root) == cwd);
  }
  CHECK(root_of(".//below/./") == cwd + "/below");
  CHECK(root_of("./not/there") == cwd + "/not/there");
  CHECK(root_of("..") == folder.path().string());
  // The parent of what the link leads to, as every other program has it.
  CHECK(root_of("link/..") == folder / "there");
  CHECK(root_of("link") == cwd + "/link");
  CHECK(root_of("../here/link") == cwd + "/link");
  // The kernel goes no way through what is missing, or no directory.
  write_file(cwd + "/file", "");
  fs::create_symlink("/nowhere", cwd + "/dangling");
  for (auto const& root : std::vector<std::string>{"missing/../below", "file/..", "dangling/.."}) {
    CAPTURE(root);
    CHECK(root_of(root) == cwd + '/' + root);
  }
  CHECK(root_of("..name") == cwd + "/..name");
}

TEST_CASE("a .git file that leads nowhere is an error, not a repository further up") {
  TempDirectory const folder;
  repository(folder / "outer");
  fs::create_directory(folder / "outer/moved");
  write_file(folder / "outer/moved/.git", "gitdir: /nowhere\n");
  auto const place =
      cli::find_place({.cwd = folder / "outer/moved", .store = {}, .root = "", .home = "", .xdg_data_home = ""});
  REQUIRE_FALSE(place.has_value());
  CHECK(place.error().code == ErrorCode::refused);
}

TEST_CASE("a state directory that others may open, that is a link, or that is another user's is not used") {
  TempDirectory const folder;
  StatePaths const paths(folder / "data");
  auto const code = [&](std::uint32_t uid) {
    auto const checked = cli::check_store(paths, uid);
    return checked ? std::string() : name_of(checked.error().code);
  };
  auto const me = geteuid();
  CHECK(code(me) == "STORE_NOT_FOUND");
  fs::create_directory(paths.directory);
  chmod(paths.directory.c_str(), 0700);
  CHECK(code(me) == "STORE_NOT_FOUND");
  write_file(paths.leader_lock, "");
  CHECK(code(me) == "");
  CHECK(code(me + 1) == "UNSAFE_DIRECTORY");
  chmod(paths.directory.c_str(), 0750);
  CHECK(code(me) == "UNSAFE_DIRECTORY");
  chmod(paths.directory.c_str(), 0700);
  fs::rename(paths.directory, folder / "real");
  fs::create_directory_symlink(folder / "real", paths.directory);
  CHECK(code(me) == "UNSAFE_DIRECTORY");
}

TEST_CASE("a database without its lock is a store, whose lock is made anew, and nothing at all is none") {
  TempDirectory const folder;
  StatePaths const paths(folder / "data");
  fs::create_directory(paths.directory);
  chmod(paths.directory.c_str(), 0700);
  write_file(paths.database, "");
  CHECK(cli::store_made(paths) == cli::Made::yes);
  REQUIRE(cli::check_store(paths, geteuid()).has_value());
  CHECK_FALSE(fs::exists(paths.leader_lock));  // looking changes nothing
  REQUIRE(cli::make_missing_locks(paths).has_value());
  struct stat made {};
  for (auto const& path : {paths.leader_lock, paths.want_lock}) {
    REQUIRE(stat(path.c_str(), &made) == 0);
    CHECK((made.st_mode & 0777U) == 0600U);
  }
  auto const inode = made.st_ino;
  REQUIRE(cli::make_missing_locks(paths).has_value());
  REQUIRE(stat(paths.want_lock.c_str(), &made) == 0);
  CHECK(made.st_ino == inode);  // what is there stays
}

TEST_CASE("something else in the place of a lock or of the database is named for what it is") {
  TempDirectory const folder;
  StatePaths const paths(folder / "data");
  fs::create_directory(paths.directory);
  chmod(paths.directory.c_str(), 0700);
  auto const message = [&] {
    auto const checked = cli::check_store(paths, geteuid());
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == ErrorCode::unsafe_directory);
    return checked.error().message;
  };
  write_file(folder / "elsewhere", "");
  fs::create_symlink(folder / "elsewhere", paths.leader_lock);
  CHECK_THAT(message(), Catch::StartsWith(paths.leader_lock + " is a symbolic link"));
  fs::remove(paths.leader_lock);
  fs::create_directory(paths.leader_lock);
  CHECK_THAT(message(), Catch::StartsWith(paths.leader_lock + " is a directory"));
  fs::remove(paths.leader_lock);
  write_file(paths.leader_lock, "");
  fs::create_directory(paths.database);
  CHECK_THAT(message(), Catch::StartsWith(paths.database + " is a directory"));
  fs::remove(paths.database);
  fs::create_symlink(folder / "elsewhere", paths.database);
  CHECK_THAT(message(), Catch::StartsWith(paths.database + " is a symbolic link"));
}

}  // namespace decapod::test
