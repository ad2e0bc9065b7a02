// Which lines of which documents: through the public function, over texts.
#include <decapod/base/digest.h>
#include <decapod/capsule_selection/relevance.h>
#include <decapod/capsule_selection/select.h>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace decapod;
using namespace decapod::capsule;

namespace {

// "path:first-last" of each excerpt.
std::vector<std::string> places(Selection const& selection) {
  std::vector<std::string> found;
  for (auto const& excerpt : selection.excerpts) {
    found.push_back(excerpt.path + ':' + std::to_string(excerpt.first_line) + '-' + std::to_string(excerpt.last_line));
  }
  return found;
}

using Places = std::vector<std::string>;

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', from)) {
    lines.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  if (from < text.size()) lines.push_back(text.substr(from));
  return lines;
}

// What a document may be made of: headings, prose, fences, blanks of every kind, lines that are too long.
std::string random_document(std::mt19937_64& draw) {
  static std::vector<std::string> const pieces = {"# Lock\n",
                                                  "## The lock of a leader\n",
                                                  "#no heading\n",
                                                  "the lock is held by its leader\n",
                                                  "a line about nothing\r\n",
                                                  "\n",
                                                  "\r\n",
                                                  " \t\n",
                                                  "```\n",
                                                  "~~~ sh\n",
                                                  "lock lock lock\n",
                                                  "schl\xc3\xbcssel und schloss: lock\n",
                                                  std::string(3000, 'x') + " lock\n",
                                                  std::string(4096, 'y') + '\n',
                                                  std::string(5000, 'z') + " lock\n"};
  std::string text;
  auto const count = draw() % 60;
  for (std::uint64_t i = 0; i < count; ++i) text += pieces[draw() % pieces.size()];
  if (draw() % 2 == 0) text += "a lock at the end, without a line break";
  return text;
}

std::vector<Document> random_documents(std::mt19937_64& draw) {
  std::vector<Document> documents;
  auto const count = 1 + draw() % 6;
  for (std::uint64_t i = 0; i < count; ++i) {
    documents.push_back({"docs/" + std::to_string(i) + (draw() % 3 == 0 ? "-lock.md" : ".md"), random_document(draw)});
  }
  // The same text once more: equal scores on equal lines, which the paths have to tell apart.
  documents.push_back({"docs/twin.md", documents.back().text});
  documents.push_back({"docs/another.md", documents.back().text});
  return documents;
}

}  // namespace

TEST_CASE("documents in any order give the same excerpts") {
  CHECK(rc::check("shuffled", [](std::uint64_t seed) {
    std::mt19937_64 draw(seed);
    auto documents = random_documents(draw);
    auto const limit = static_cast<std::int64_t>(1 + draw() % 20);
    auto const first = select(documents, "lock of the leader", limit);
    std::ranges::shuffle(documents, draw);
    auto const second = select(documents, "leader: the of LOCK", limit);
    RC_ASSERT(first.matched == second.matched);
    RC_ASSERT(first.excerpts == second.excerpts);
  }));
}

// Capsules that exist are taken again with the selection that there is, years later, by `validate` in every clone.
TEST_CASE(
    "the selection is the one of this format: whoever changes it raises kFormat, and keeps this one for format 1") {
  REQUIRE(kFormat == 1);
  std::mt19937_64 draw(1);
  std::string all;
  for (int i = 0; i < 40; ++i) {
    auto const documents = random_documents(draw);
    auto const selection = select(documents, "lock of the leader", 20);
    all += std::to_string(selection.matched) + '\n';
    for (auto const& excerpt : selection.excerpts) {
      all += excerpt.path + ':' + std::to_string(excerpt.first_line) + '-' + std::to_string(excerpt.last_line) + ' ' +
             std::to_string(excerpt.score) + '\n';
    }
  }
  CHECK(hex(sha256(all)) == "81b8c0dc5d387d8ee9f03b3f7ae5a3951c3dabb57af9ebbe2e602afbcd1671ee");
}

TEST_CASE("every excerpt is whole lines of its file, to the byte, and no line is shown twice") {
  std::int64_t excerpts = 0;
  CHECK(rc::check("exact", [&](std::uint64_t seed) {
    std::mt19937_64 draw(seed);
    auto const documents = random_documents(draw);
    auto const selection = select(documents, "lock", 1000);
    std::set<std::pair<std::string, std::int64_t>> shown;
    std::size_t bytes = 0;
    for (auto const& excerpt : selection.excerpts) {
      auto const& document = *std::ranges::find(documents, excerpt.path, &Document::path);
      auto const lines = lines_of(document.text);
      RC_ASSERT(excerpt.first_line >= 1);
      RC_ASSERT(excerpt.last_line <= static_cast<std::int64_t>(lines.size()));
      std::string expected;
      for (auto line = excerpt.first_line; line <= excerpt.last_line; ++line) {
        expected += (line == excerpt.first_line ? "" : "\n") + lines[static_cast<std::size_t>(line - 1)];
        RC_ASSERT(shown.emplace(excerpt.path, line).second);
      }
      RC_ASSERT(excerpt.text == expected);
      RC_ASSERT(excerpt.source == hex(sha256(document.text)));
      RC_ASSERT(excerpt.score >= 1);
      RC_ASSERT(excerpt.text.size() <= static_cast<std::size_t>(kExcerptBytesMax));
      bytes += excerpt.text.size();
      ++excerpts;
    }
    RC_ASSERT(bytes <= static_cast<std::size_t>(kTextBytesMax));
    RC_ASSERT(selection.matched >= static_cast<std::int64_t>(selection.excerpts.size()));
  }));
  CHECK(excerpts > 500);
}

TEST_CASE("a heading begins a passage, short paragraphs go together, and code is not torn apart") {
  std::string const text =
      "intro about locks\n"         // 1
      "\n"                          // 2
      "# Title\n"                   // 3: a heading right before another one stays with it
      "## Locks\n"                  // 4
      "first paragraph\n"           // 5
      "\n"                          // 6
      "second paragraph, a lock\n"  // 7
      "\n"                          // 8
      "```sh\n"                     // 9
      "# no heading: lock\n"        // 10
      "\n"                          // 11
      "still code\n"                // 12
      "```\n"                       // 13
      "\n"                          // 14
      "## Other\n"                  // 15
      "nothing here\n";             // 16
  Document const document{"a.md", text};
  auto const selection = select(std::span(&document, 1), "locks", 10);
  auto found = places(selection);
  std::ranges::sort(found);
  CHECK(found == Places{"a.md:1-1", "a.md:3-13"});
}

TEST_CASE("a long section falls into several passages, and each knows the heading that it stands under") {
  std::string text = "# Election\n";
  for (int i = 0; i < 8; ++i) text += std::string(600, 'a') + "\n\n";
  Document const document{"a.md", text};
  auto const selection = select(std::span(&document, 1), "election", 10);
  CHECK(selection.matched == 4);
  CHECK(places(selection).size() == 4);
}

TEST_CASE("a rare word counts more than a common one, a short passage more than a long one, ties go by path") {
  std::vector<Document> documents;
  for (int i = 0; i < 9; ++i) documents.push_back({"common" + std::to_string(i), "the lock is here and it is common"});
  documents.push_back({"rare", "the fence is here and it is special"});
  CHECK(places(select(documents, "lock fence", 3)) == Places{"rare:1-1", "common0:1-1", "common1:1-1"});

  std::vector<Document> const lengths = {
      {"a-long", "lock " + std::string(400, '-') + "one two three four five six seven"}, {"b-short", "lock one"}};
  CHECK(places(select(lengths, "lock", 2)) == Places{"b-short:1-1", "a-long:1-1"});

  std::vector<Document> const twice = {{"a", "lock one two three"}, {"b", "lock lock two three"}};
  CHECK(places(select(twice, "lock", 2)) == Places{"b:1-1", "a:1-1"});
}

TEST_CASE("only the documents that are given weigh: a word that others share changes nothing") {
  std::vector<Document> documents = {{"a", "lock and key"}, {"b", "key and door"}};
  auto const alone = select(documents, "lock key", 2);
  CHECK(places(alone) == Places{"a:1-1", "b:1-1"});
  documents.push_back({"c", "door and wall"});
  CHECK(select(documents, "lock key", 2).matched == 2);
}

TEST_CASE(
    "words are found in any case, in the plural, in paths and beyond ASCII, and what has none of them is not shown") {
  std::vector<Document> const documents = {{"docs/fencing-tokens.md", "numbers that rise"},
                                           {"b", "LOCKS and more"},
                                           {"c",
                                            "Gr\xc3\xb6\xc3\x9f"
                                            "e"},
                                           {"d", "status of a class"}};
  CHECK(places(select(documents, "token", 9)) == Places{"docs/fencing-tokens.md:1-1"});
  CHECK(places(select(documents, "lock", 9)) == Places{"b:1-1"});
  CHECK(places(select(documents,
                      "gr\xc3\xb6\xc3\x9f"
                      "e",
                      9)) == Places{"c:1-1"});
  CHECK(places(select(documents, "statu", 9)).empty());
  CHECK(places(select(documents, "clas", 9)).empty());
  CHECK(places(select(documents, "nowhere", 9)).empty());
  CHECK(select(documents, "nowhere", 9).matched == 0);
  CHECK_FALSE(has_words(" -- ?! "));
  CHECK_FALSE(is_document(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_document("\xff"));
}

TEST_CASE("excerpts end at the limit, and at 32 KiB of text") {
  std::vector<Document> documents;
  for (int i = 0; i < 40; ++i) {
    documents.push_back({"d" + std::to_string(100 + i), "lock " + std::string(1500, 'a') + "\n"});
  }
  auto const few = select(documents, "lock", 3);
  CHECK(few.excerpts.size() == 3);
  CHECK(few.matched == 40);
  auto const many = select(documents, "lock", 1000);
  CHECK(many.excerpts.size() == static_cast<std::size_t>(kTextBytesMax / 1505));
}

TEST_CASE("scores are those of BM25, to within the rounding of whole numbers") {
  for (std::uint64_t a = 1; a < 5000; a += 7) {
    for (std::uint64_t b = 1; b <= a; b = b * 3 + 1) {
      auto const exact = std::log2(static_cast<double>(a) / static_cast<double>(b)) * 65536;
      auto const found = static_cast<double>(log2_of_ratio(a, b));
      REQUIRE(found <= exact + 0.01);
      REQUIRE(found > exact - 2);
    }
  }
  CHECK(log2_of_ratio(1ULL << 30U, 1) == 30 * 65536);
  Corpus const corpus{.passages = 1000, .words = 60'000};
  for (std::uint64_t times : {1, 2, 5, 40}) {
    for (std::uint64_t length : {1, 40, 60, 700}) {
      auto const idf = std::log2((1000 - 30 + 0.5) / (30 + 0.5) + 1);
      auto const t = static_cast<double>(times);
      auto const exact = idf * t * 2.2 / (t + 1.2 * (0.25 + 0.75 * static_cast<double>(length) / 60)) * 65536;
      auto const found = static_cast<double>(part_of_score(corpus, worth(corpus, 30), times, length));
      CHECK(found == Approx(exact).epsilon(0.0001));
    }
  }
  // The largest that can be: nothing wraps around.
  Corpus const largest{.passages = 1ULL << 23U, .words = 1ULL << 24U};
  auto const most = part_of_score(largest, worth(largest, 1), 1ULL << 13U, 1);
  CHECK(most > 2 * worth(largest, 1));
  CHECK(most <= worth(largest, 1) * 22 / 10);
}
