// What a capsule is known by, and what can be said of one without the repository.
#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/check.h>
#include <decapod/capsule_record/compare.h>

#include <catch2/catch.hpp>

#include <functional>

using namespace decapod;
using namespace decapod::capsule;

namespace {

constexpr auto kSource = "6a79af3fd6ab5ab9cd8a20a9f4a8a1ad6f01e6b2a5f2c8a15f1f41c0a3f4d0e1";

Excerpt excerpt(std::string path, std::int64_t first, std::int64_t score, std::string text) {
  auto const lines = static_cast<std::int64_t>(1 + std::ranges::count(text, '\n'));
  return {std::move(path), kSource, first, first + lines - 1, score, std::move(text)};
}

Capsule golden() {
  return {.topic = "leader \"election\"",
          .scope = "docs",
          .task = "t-4k2m",
          .workunit = "w-1",
          .tier = governance::Risk::high,
          .limit = 4,
          .policy = std::string(64, 'a'),
          .documents = {"README.md", "docs/**"},
          .revision = {std::string(40, '1'), std::string(40, '2')},
          .matched = 7,
          .excerpts = {excerpt("docs/election.md", 3, 90'000, "# Election\nthe lock decides"),
                       excerpt("README.md", 10, 1200,
                               "one line: gr\xc3\xb6\xc3\x9f"
                               "er\ttab"),
                       excerpt("docs/election.md", 9, 1200, "last")}};
}

struct Alteration {
  char const* what;
  ErrorCode code;
  std::function<void(Capsule&)> make;
};

}  // namespace

TEST_CASE("the golden capsule keeps its bytes and its hash") {
  auto const text = canonical(golden());
  CHECK(text ==
        R"({"documents":["README.md","docs/**"],"excerpts":[)"
        R"({"first_line":3,"last_line":4,"path":"docs/election.md","score":90000,"source":")" +
            std::string(kSource) + R"(","text":"# Election\nthe lock decides"},)" +
            R"({"first_line":10,"last_line":10,"path":"README.md","score":1200,"source":")" + kSource +
            "\",\"text\":\"one line: gr\xc3\xb6\xc3\x9f"
            R"(er\ttab"},)" +
            R"({"first_line":9,"last_line":9,"path":"docs/election.md","score":1200,"source":")" + kSource +
            R"(","text":"last"}],"format":1,"limit":4,"matched":7,"policy":")" + std::string(64, 'a') +
            R"(","revision":{"commit":")" + std::string(40, '1') + R"(","tree":")" + std::string(40, '2') +
            R"("},"scope":"docs","task":"t-4k2m","tier":"high","topic":"leader \"election\"","workunit":"w-1"})");
  CHECK(hex(hash_of(text)) == "53334e1cdbcff97b6a4e7c623e383ec21858cec8d27e59c7a84da3cbbf087776");
  CHECK(id_of(hash_of(text)) == "c-53334e1cdbcff97b");
  REQUIRE(parse(text).has_value());
  CHECK(*parse(text) == golden());
}

TEST_CASE("the hash is of a domain of its own") {
  auto const text = canonical(golden());
  CHECK(hash_of(text) != sha256(text));
  CHECK(hash_of(text) != hash_of(text + ' '));
}

TEST_CASE("a file of a capsule is read back, and every other byte in it is noticed") {
  auto const text = file_text(golden());
  REQUIRE(parse_file(text).has_value());
  CHECK(*parse_file(text) == golden());
  CHECK(text.ends_with("}\n"));
  int refused = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto altered = text;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    if (!parse_file(altered)) ++refused;
  }
  CHECK(refused == static_cast<int>(text.size()));
}

TEST_CASE("text that is no canonical capsule is none") {
  auto const text = canonical(golden());
  CHECK_FALSE(parse(text + '\n').has_value());
  CHECK_FALSE(parse(' ' + text).has_value());
  CHECK_FALSE(parse(R"({"topic":"x"})").has_value());
  CHECK_FALSE(parse("[]").has_value());
  auto unknown = text;
  unknown.insert(1, R"("a":1,)");
  CHECK_FALSE(parse(unknown).has_value());
}

TEST_CASE("only what has the form of an id is one") {
  CHECK(is_id("c-0123456789abcdef"));
  for (auto const* text : {"", "c-", "c-0123456789ABCDEF", "c-0123456789abcde", "c-0123456789abcdef0", "../c-012345678",
                           "c-../../../../../ab", "c-0123456789abcde/", "t-0123456789abcdef"}) {
    INFO(text);
    CHECK_FALSE(is_id(text));
  }
}

TEST_CASE("what contradicts itself, or takes more than it was given, is refused") {
  REQUIRE(check(golden()).has_value());
  auto const bad = ErrorCode::bad_request;
  auto const scope = ErrorCode::capsule_scope_denied;
  auto const limit = ErrorCode::capsule_limit_denied;
  std::vector<Alteration> const alterations = {
      {"a file outside of the scope", scope, [](Capsule& c) { c.excerpts[0].path = "src/main.c"; }},
      {"a path that climbs", scope, [](Capsule& c) { c.excerpts[0].path = "docs/../src/main.c"; }},
      {"an absolute path", scope, [](Capsule& c) { c.excerpts[0].path = "/docs/a.md"; }},
      {"a path with a dot in it", scope, [](Capsule& c) { c.excerpts[0].path = "docs/./a.md"; }},
      {"more than the limit", limit, [](Capsule& c) { c.limit = 2; }},
      {"too much text", limit,
       [](Capsule& c) {
         c.limit = 20;
         c.matched = 20;
         c.excerpts.clear();
         for (int i = 0; i < 9; ++i) c.excerpts.push_back(excerpt("docs/a", 1 + i, 100 - i, std::string(4000, 'x')));
       }},
      {"fewer matches than excerpts", bad, [](Capsule& c) { c.matched = 2; }},
      {"a line that is not there", bad, [](Capsule& c) { ++c.excerpts[0].last_line; }},
      {"a line too many", bad, [](Capsule& c) { c.excerpts[0].text += "\nmore"; }},
      {"a worse one first", bad, [](Capsule& c) { std::swap(c.excerpts[0], c.excerpts[1]); }},
      {"equal ones by another order", bad, [](Capsule& c) { std::swap(c.excerpts[1], c.excerpts[2]); }},
      {"an excerpt twice", bad, [](Capsule& c) { c.excerpts.push_back(c.excerpts.back()); }},
      {"lines twice", bad, [](Capsule& c) { c.excerpts[2].first_line = c.excerpts[2].last_line = 4; }},
      {"one file in two versions", bad, [](Capsule& c) { c.excerpts[2].source = std::string(64, 'b'); }},
      {"a source that is no hash", bad, [](Capsule& c) { c.excerpts[0].source = std::string(64, 'z'); }},
      {"a commit that is none", bad, [](Capsule& c) { c.revision.commit = std::string(41, 'a'); }},
      {"a tree that is none", bad, [](Capsule& c) { c.revision.tree = std::string(40, 'X'); }},
      {"a policy that is none", bad, [](Capsule& c) { c.policy = std::string(64, 'P'); }},
      {"no text", bad, [](Capsule& c) { c.excerpts[1].text = ""; }},
      {"an excerpt that is too long", bad, [](Capsule& c) { c.excerpts[1].text = std::string(4097, 'x'); }},
      {"no relevance", bad, [](Capsule& c) { c.excerpts[2].score = 0; }},
      {"a topic of blanks", bad, [](Capsule& c) { c.topic = " "; }},
      {"another format", bad, [](Capsule& c) { c.format = 2; }},
      {"no limit", bad, [](Capsule& c) { c.limit = 0; }},
  };
  for (auto const& alteration : alterations) {
    INFO(alteration.what);
    auto capsule = golden();
    alteration.make(capsule);
    auto const checked = check(capsule);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == alteration.code);
  }
}

TEST_CASE("every difference between a capsule and what is found again is named") {
  auto const capsule = golden();
  Material found{.policy = capsule.policy, .revision = capsule.revision, .matched = 7, .excerpts = capsule.excerpts};
  CHECK(compare_excerpts(capsule, found).size() == 1);
  CHECK(compare_excerpts(capsule, found).front().verdict == Verdict::agrees);
  CHECK(with_material(capsule, found) == capsule);

  found.excerpts[1].text[0] = 'O';
  found.matched = 8;
  found.excerpts.pop_back();
  auto const checks = compare_excerpts(capsule, found);
  REQUIRE(checks.size() == 3);
  for (auto const& check : checks) CHECK(check.verdict == Verdict::disagrees);
  CHECK(checks[0].recorded.starts_with("README.md:10-10"));
  CHECK(checks[0].recorded != checks[0].found);
  CHECK(checks[1].found == "nothing");
  CHECK(checks[2].found == "8");
}
