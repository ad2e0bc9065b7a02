#include <decapod/scan/scan.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

using decapod::scan::Language;
using decapod::scan::Scanner;

namespace {

namespace fs = std::filesystem;

std::map<std::string, Language> const kLanguages = {
    {"c", Language::c},           {"rust", Language::rust},     {"python", Language::python},
    {"go", Language::go},         {"java", Language::java},     {"javascript", Language::javascript},
    {"kotlin", Language::kotlin}, {"csharp", Language::csharp}, {"ruby", Language::ruby},
    {"php", Language::php},       {"swift", Language::swift},   {"shell", Language::shell},
};

std::string content_of(fs::path const& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// hit_name@3,7.txt expects hits on lines 3 and 7, clean_name.txt none.
std::vector<int> expected_lines(fs::path const& sample) {
  auto const name = sample.stem().string();
  std::vector<int> lines;
  auto const at = name.find('@');
  if (at == std::string::npos) return lines;
  std::istringstream numbers(name.substr(at + 1));
  for (std::string number; std::getline(numbers, number, ',');) lines.push_back(std::stoi(number));
  return lines;
}

std::vector<int> lines_of(std::vector<decapod::scan::Hit> const& hits) {
  std::vector<int> lines;
  for (auto const& hit : hits) lines.push_back(hit.line);
  return lines;
}

std::vector<int> scan_lines(Language language, std::string_view text) {
  return lines_of(Scanner().scan(language, text));
}

}  // namespace

TEST_CASE("every sample's opens are found on their lines, and nothing else is") {
  Scanner const scanner;
  for (auto const& [name, language] : kLanguages) {
    std::size_t hits = 0;
    std::size_t clean = 0;
    for (auto const& sample : fs::directory_iterator(fs::path(DECAPOD_SCAN_SAMPLES) / name)) {
      INFO(sample.path());
      auto const expected = expected_lines(sample.path());
      CHECK(lines_of(scanner.scan(language, content_of(sample.path()))) == expected);
      ++(expected.empty() ? clean : hits);
    }
    INFO(name);
    CHECK(hits >= 3);
    CHECK(clean >= 2);
  }
}

TEST_CASE("no folder of samples is left out") {
  std::set<std::string> folders;
  for (auto const& folder : fs::directory_iterator(DECAPOD_SCAN_SAMPLES)) {
    if (folder.is_directory()) folders.insert(folder.path().filename().string());
  }
  CHECK(folders.size() == kLanguages.size());
  for (auto const& folder : folders) CHECK(kLanguages.contains(folder));
}

TEST_CASE("a hit says what it found and where its arguments end") {
  auto const hits = Scanner().scan(Language::c, "int x;\nauto r = sqlite3_open_v2(\n    path,\n    &db);\n");
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].line == 2);
  CHECK(hits[0].last_line == 4);
  CHECK(hits[0].what.find("open_v2") != std::string::npos);
}

TEST_CASE("decapod's own store is named by the lines of the call, not by others") {
  std::string const text =
      "import sqlite3\nown = '.decapod/data/decapod.db'\nother = sqlite3.connect(\n  'x.db')\n"
      "mine = sqlite3.connect(\n  '.decapod/data/decapod.db')\n";
  auto const hits = Scanner().scan(Language::python, text);
  REQUIRE(lines_of(hits) == std::vector{3, 5});
  CHECK_FALSE(names_own_store(text, hits[0]));
  CHECK(names_own_store(text, hits[1]));
}

TEST_CASE("text that ends in the middle of anything is scanned to its end") {
  Scanner const scanner;
  for (auto const& [name, language] : kLanguages) {
    for (auto const& sample : fs::directory_iterator(fs::path(DECAPOD_SCAN_SAMPLES) / name)) {
      auto const whole = content_of(sample.path());
      auto const lines = static_cast<int>(std::ranges::count(whole, '\n')) + 1;
      for (std::size_t size = 0; size < whole.size(); ++size) {
        // Whatever is found lies in what was given.
        auto const hits = scanner.scan(language, std::string(whole.substr(0, size)));
        INFO(sample.path() << " cut to " << size);
        REQUIRE(std::ranges::all_of(hits, [&](auto const& hit) { return hit.line >= 1 && hit.last_line <= lines; }));
      }
    }
  }
}

TEST_CASE("deep nesting of strings and substitutions ends") {
  std::string shell = "x=sqlite3\n";
  std::string script = "let sqlite;\n";
  for (int i = 0; i < 5000; ++i) {
    shell += "\"$(";
    script += "`${";
  }
  CHECK(scan_lines(Language::shell, shell).empty());
  CHECK(scan_lines(Language::javascript, script).empty());
}

TEST_CASE("scripts in scripts end, however deep") {
  std::string documents = "x=sqlite3\n";
  for (int i = 0; i < 20'000; ++i) documents += "sh <<END\n";
  CHECK(scan_lines(Language::shell, documents).empty());
}

TEST_CASE("a scan ends when it is told that its time is up") {
  Scanner const scanner;
  for (auto const& [name, language] : kLanguages) {
    INFO(name);
    std::string text = "qlite\n";
    for (int i = 0; i < 10'000; ++i) text += "a b c\n";
    int looks = 0;
    CHECK(scanner.scan(language, text, [&] { return ++looks < 0; }).has_value());
    // Each of the words is at least one step.
    CHECK(looks >= 30'000 / decapod::scan::kStepsPerLook);
    int const all = looks;
    looks = 0;
    CHECK_FALSE(scanner.scan(language, text, [&] { return ++looks >= all / 2; }).has_value());
    CHECK(looks == all / 2);
  }
}

TEST_CASE("a file's name, else its first line, says its language") {
  using decapod::scan::language_of_interpreter;
  using decapod::scan::language_of_name;
  using decapod::scan::may_be_script;
  CHECK(language_of_name("a/b.cpp") == Language::c);
  CHECK(language_of_name("a/B.PY") == Language::python);
  CHECK(language_of_name("config.h.in") == Language::c);
  CHECK(language_of_name("a.b/Rakefile") == Language::ruby);
  CHECK_FALSE(language_of_name("notes.txt"));
  CHECK_FALSE(language_of_name("hit_direct_calls@3,4,5.txt"));
  CHECK(may_be_script("scripts/build"));
  CHECK_FALSE(may_be_script("notes.txt"));
  CHECK(language_of_interpreter("#!/bin/sh\n") == Language::shell);
  CHECK(language_of_interpreter("#!/usr/bin/env -S python3.11 -u\n") == Language::python);
  CHECK_FALSE(language_of_interpreter("#!/usr/bin/awk -f\n"));
  CHECK_FALSE(language_of_interpreter("no script"));
}

TEST_CASE("what has a NUL is no text") {
  CHECK(decapod::scan::is_binary(std::string_view("ab\0c", 4)));
  CHECK_FALSE(decapod::scan::is_binary("plain words"));
}
