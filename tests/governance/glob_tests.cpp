#include <decapod/governance/glob.h>

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace decapod::governance;

namespace {

struct Row {
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

}  // namespace

TEST_CASE("a path pattern covers what its segments say, and what lies below") {
  constexpr Row kRows[] = {
      {"src", "src", true},
      {"src", "src/a/b.cpp", true},
      {"src/", "src/a.cpp", true},
      {"src", "src2/a.cpp", false},
      {"src", "lib/src", false},
      {"src/*", "src/a.cpp", true},
      {"src/*.cpp", "src/a/b.cpp", false},
      {"src/**", "src/a/b.cpp", true},
      {"src/**/b.cpp", "src/b.cpp", true},
      {"src/**/b.cpp", "src/x/y/b.cpp", true},
      {"src/**/b.cpp", "src/x/yb.cpp", false},
      {"**/*.pem", "a.pem", true},
      {"**/*.pem", "x/y/a.pem", true},
      {"**/*.pem", "x/y/a.pem.txt", false},
      {"**/secrets", "x/secrets/y", true},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"*", "a", true},
      {"*.md", "docs/a.md", false},
      {".github", ".github/workflows/ci.yml", true},
      {"a**b", "a/x/b", true},
  };
  for (auto const& [pattern, path, expected] : kRows) {
    INFO(pattern << " on " << path);
    CHECK(path_matches(pattern, path) == expected);
  }
}

TEST_CASE("an operation pattern is a name with stars") {
  constexpr Row kRows[] = {
      {"todo.add", "todo.add", true},     {"todo.*", "todo.add", true},         {"todo.*", "todoist.add", false},
      {"*", "promote.record", true},      {"*.record", "promote.record", true}, {"todo.add", "todo.added", false},
      {"p*.r*d", "promote.record", true}, {"todo.?dd", "todo.add", false},
  };
  for (auto const& [pattern, name, expected] : kRows) {
    INFO(pattern << " on " << name);
    CHECK(name_matches(pattern, name) == expected);
  }
}

TEST_CASE("an operation pattern matches what its stars can be filled in for, of every short pattern and name") {
  auto const words = [](std::string_view letters) {
    std::vector<std::string> all{""};
    for (std::size_t from = 0, length = 1; length <= 5; ++length) {
      auto const to = all.size();
      for (; from < to; ++from) {
        for (char const letter : letters) all.push_back(all[from] + letter);
      }
    }
    return all;
  };
  std::function<bool(std::string_view, std::string_view)> const fits = [&](std::string_view pattern,
                                                                           std::string_view name) {
    if (pattern.empty()) return name.empty();
    if (pattern[0] == '*' && fits(pattern.substr(1), name)) return true;
    bool const takes = !name.empty() && (pattern[0] == '*' || pattern[0] == name[0]);
    return takes && fits(pattern.substr(pattern[0] == '*' ? 0 : 1), name.substr(1));
  };
  auto const names = words("ab");
  std::size_t matches = 0;
  for (auto const& pattern : words("ab*")) {
    for (auto const& name : names) {
      bool const expected = fits(pattern, name);
      matches += expected ? 1 : 0;
      if (name_matches(pattern, name) != expected) FAIL_CHECK("'" << pattern << "' on '" << name << "'");
    }
  }
  CHECK(matches > names.size());
}

TEST_CASE("a pattern of many stars ends on any text") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  CHECK_FALSE(path_matches(pattern + "b", std::string(2000, 'a')));
  CHECK_FALSE(name_matches(pattern + "b", std::string(2000, 'a')));
}

TEST_CASE("a path is one however it is written, and none if it leads out") {
  CHECK(normal_path("a/b") == "a/b");
  CHECK(normal_path("./a//b/") == "a/b");
  CHECK(normal_path("a/x/../b") == "a/b");
  CHECK_FALSE(normal_path("../a"));
  CHECK_FALSE(normal_path("a/../../b"));
  CHECK_FALSE(normal_path("/etc/passwd"));
  CHECK_FALSE(normal_path(""));
  CHECK_FALSE(normal_path("a/.."));
}
