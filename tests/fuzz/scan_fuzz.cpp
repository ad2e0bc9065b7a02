// Source text for the scan of `validate`. The first line names the language.
// Promises: the scan ends after a number of steps that the text's length bounds; each hit lies in the text, in order,
// says what it is, and is found again; and what is asked of a text beside the scan ends, too.

#include <decapod/scan/scan.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "property.h"

using namespace decapod;
using namespace decapod::fuzz;

namespace {

constexpr auto kLanguages = std::to_array<std::pair<std::string_view, scan::Language>>({
    {"c", scan::Language::c},
    {"rust", scan::Language::rust},
    {"python", scan::Language::python},
    {"javascript", scan::Language::javascript},
    {"go", scan::Language::go},
    {"java", scan::Language::java},
    {"kotlin", scan::Language::kotlin},
    {"csharp", scan::Language::csharp},
    {"ruby", scan::Language::ruby},
    {"php", scan::Language::php},
    {"swift", scan::Language::swift},
    {"shell", scan::Language::shell},
});

// Scripts in scripts are looked into sixteen times at the most, and each byte is a few steps.
constexpr std::size_t kLooksPerByte = 4;

scan::Language language_for(std::string_view name, std::string_view text) {
  auto const known = std::ranges::find(kLanguages, name, &std::pair<std::string_view, scan::Language>::first);
  if (known != kLanguages.end()) return known->second;
  return scan::language_of_name(name).value_or(scan::language_of_interpreter(text).value_or(scan::Language::shell));
}

void expect_hits_in(std::string_view text, std::vector<scan::Hit> const& hits) {
  auto const lines = std::ranges::count(text, '\n') + 1;
  int last = 0;
  for (auto const& hit : hits) {
    expect(hit.line > last, "hits come in order, one a line");
    expect(hit.last_line >= hit.line && hit.last_line <= lines, "a hit ends in the text, not before it begins");
    expect(!hit.what.empty(), "a hit says what it is");
    last = hit.line;
    scan::names_own_store(text, hit);
  }
}

bool same(scan::Hit const& one, scan::Hit const& other) {
  return one.line == other.line && one.last_line == other.last_line && one.what == other.what;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static scan::Scanner const scanner;
  auto rest = text_of(data, size);
  auto const name = take_line(rest);
  // A text that says nothing of SQLite is not looked at.
  auto const text = std::string(rest) + "\nsqlite\n";
  auto const language = language_for(name, text);
  scan::may_be_script(name);
  scan::is_binary(text);
  std::size_t looks = 0;
  auto const hits = scanner.scan(language, text, [&] { return ++looks > kLooksPerByte * text.size(); });
  expect(hits.has_value(), "the length of a text bounds the steps of its scan");
  expect_hits_in(text, *hits);
  expect(std::ranges::equal(*hits, scanner.scan(language, text), same), "a second scan finds the same");
  return 0;
}
