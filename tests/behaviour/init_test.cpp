// What `init` leaves as it is.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <sstream>

using namespace decapod::test;
namespace fs = std::filesystem;

namespace {

constexpr auto kLine = "/.decapod/data/\n";

struct Excluding {
  Excluding() { fs::create_directories(fs::path(list).parent_path()); }

  TempRepository repository{TempRepository::Store::absent};
  std::string list = repository.path() + "/.git/info/exclude";
};

}  // namespace

TEST_CASE_METHOD(Excluding, "init adds a line to the repository's list of exclusions and keeps what is there") {
  auto const before = GENERATE(as<std::string>{}, "", "# mine\n*.tmp\n", "*.tmp");
  write_file(list, before);
  fs::permissions(list, fs::perms::owner_read | fs::perms::owner_write);
  repository.must({"init"});
  auto const parted = before.empty() || before.ends_with('\n') ? before : before + '\n';
  CHECK(read_file(list) == parted + kLine);
  CHECK(fs::status(list).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  repository.must({"init"});
  CHECK(read_file(list) == parted + kLine);
}

TEST_CASE_METHOD(Excluding, "init leaves a list of exclusions alone that it cannot read to its end") {
  std::string const large(1'200'000, 'x');
  SECTION("one that is too large") {
    write_file(list, large);
    repository.must({"init"});
    CHECK(read_file(list) == large);
  }
  SECTION("a link to one that is not there") {
    fs::remove(list);
    fs::create_symlink(repository.scratch("shared"), list);
    repository.must({"init"});
    CHECK(fs::is_symlink(list));
    CHECK_FALSE(fs::exists(repository.scratch("shared")));
  }
  SECTION("a link to one that lies elsewhere") {
    write_file(repository.scratch("shared"), "*.tmp\n");
    fs::remove(list);
    fs::create_symlink(repository.scratch("shared"), list);
    repository.must({"init"});
    CHECK(fs::is_symlink(list));
    CHECK(read_file(repository.scratch("shared")) == "*.tmp\n");
  }
  SECTION("a folder") {
    fs::remove(list);
    fs::create_directory(list);
    repository.must({"init"});
    CHECK(fs::is_empty(list));
  }
}

TEST_CASE_METHOD(Excluding,
                 "a store that --root puts at the top of a repository is excluded as well, one below is not") {
  write_file(list, "# mine\n");
  repository.must({"init", "--root", "."});
  CHECK(read_file(list) == std::string("# mine\n") + kLine);
  write_file(list, "# mine\n");
  fs::create_directory(repository.path() + "/below");
  repository.must({"init", "--root", "below"});
  CHECK(read_file(list) == "# mine\n");
}

TEST_CASE("of many inits at once exactly one made the store, and each file was made once") {
  for (int round = 0; round < 5; ++round) {
    TempRepository const repository{TempRepository::Store::absent};
    auto const all = repository.shell("for i in $(seq 20); do $D init --json & done; wait");
    CAPTURE(all.output, all.error);
    std::istringstream lines(all.output);
    std::map<std::string, int> outcomes;
    std::map<std::string, int> made;
    for (std::string line; std::getline(lines, line);) {
      auto const data = boost::json::parse(line).at("data");
      ++outcomes[data.at("outcome").as_string().c_str()];
      for (auto const& path : data.at("created").as_array()) ++made[path.as_string().c_str()];
    }
    CHECK(outcomes["made"] == 1);
    CHECK(outcomes["made"] + outcomes["completed"] + outcomes["already"] == 20);
    CHECK(made[repository.leader_lock()] == 1);
    CHECK(made[repository.state() + "/decapod.db"] == 1);
    for (auto const& [path, times] : made) {
      CAPTURE(path);
      CHECK(times == 1);
    }
  }
}
