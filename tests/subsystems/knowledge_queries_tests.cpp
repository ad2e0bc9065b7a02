#include <decapod/base/digest.h>
#include <decapod/base/utf8.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "knowledge_fixture.h"

namespace decapod::knowledge {
namespace {

using testing::caller;
using testing::Knowledge;

std::vector<std::string> pages(Knowledge& knowledge, List request) {
  std::vector<std::string> ids;
  while (true) {
    auto const reply = knowledge.ask(&list, request);
    REQUIRE(reply);
    for (auto const& entry : reply->entries) ids.push_back(entry.id);
    CHECK((reply->truncated == Truncated::yes) == reply->next_cursor.has_value());
    if (!reply->next_cursor) return ids;
    request.cursor = reply->next_cursor;
  }
}

std::string add_file(Knowledge& knowledge, std::string const& path, std::string const& lines) {
  auto const reply = knowledge.ask(
      &add, Add{.title = path, .body = "b", .provenance = {"file:" + path + lines}, .digests = {hex(sha256(path))}});
  REQUIRE(reply);
  return reply->entry.id;
}

TEST_CASE("pages of a list hold every entry once, newest first, whatever their size") {
  Knowledge knowledge;
  std::vector<std::string> made;
  for (int i = 0; i < 23; ++i) made.insert(made.begin(), knowledge.add("entry " + std::to_string(i)));
  for (std::int64_t const limit : {1, 4, 23, 1000}) CHECK(pages(knowledge, List{.limit = limit}) == made);
  auto const cursor = knowledge.ask(&list, List{.limit = 4})->next_cursor;
  CHECK(knowledge.ask(&list, List{.kind = EntryKind::fact, .cursor = cursor}).error().code == ErrorCode::bad_request);
}

TEST_CASE("each filter of a list narrows") {
  Knowledge knowledge;
  auto const plain = knowledge.add("plain");
  auto const file = add_file(knowledge, "a/b.c", "#L1-L2");
  auto const lesson =
      knowledge
          .ask(&add, Add{.title = "x", .body = "y", .provenance = {"cmd:true"}, .kind = EntryKind::lesson},
               caller("bob", "s2"))
          ->entry.id;
  REQUIRE(knowledge.ask(&expire, Expire{plain, "over", {}}));
  using Ids = std::vector<std::string>;
  CHECK(pages(knowledge, {}) == Ids{lesson, file});
  CHECK(pages(knowledge, {.all = All::yes}) == Ids{lesson, file, plain});
  CHECK(pages(knowledge, {.state = State::expired}) == Ids{plain});
  CHECK(pages(knowledge, {.kind = EntryKind::lesson}) == Ids{lesson});
  CHECK(pages(knowledge, {.path = "a/b.c"}) == Ids{file});
  CHECK(pages(knowledge, {.path = "a"}).empty());
  CHECK(pages(knowledge, {.author = "bob"}) == Ids{lesson});
  CHECK(pages(knowledge, {.grade = Grade::procedural}).empty());
  auto const both = knowledge.ask(&list, List{.state = State::live, .all = All::yes});
  CHECK(both.error().code == ErrorCode::bad_request);
}

TEST_CASE("a list looks at a bounded stretch of many entries, and goes on behind it") {
  Knowledge knowledge;
  auto const wanted = knowledge.add("the oldest");
  knowledge.database->execute(
      "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
      " INSERT INTO knowledge_entry (number, id, title, kind, digest, created_at, created_by)"
      " SELECT i, 'k-many' || i, 'many', 'lesson', zeroblob(32), 0, 'alice' FROM n");
  auto const first = knowledge.ask(&list, List{.kind = EntryKind::fact});
  CHECK(first->entries.empty());
  CHECK(first->next_cursor);
  CHECK(pages(knowledge, List{.kind = EntryKind::fact}) == std::vector<std::string>{wanted});
}

TEST_CASE("what rests on one file, and what one actor has added, is found at once among many entries") {
  Knowledge knowledge;
  auto const wanted =
      knowledge
          .ask(&add, Add{.title = "x", .body = "y", .provenance = {"file:rare.c"}, .digests = {std::string(64, 'a')}},
               caller("bob", "s2"))
          ->entry.id;
  knowledge.database->execute(
      "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
      " INSERT INTO knowledge_entry (number, id, title, kind, digest, created_at, created_by)"
      " SELECT i, 'k-many' || i, 'many', 'fact', zeroblob(32), 0, 'alice' FROM n");
  for (auto const& question :
       {List{.path = "rare.c"}, List{.author = "bob"}, List{.path = "rare.c", .author = "bob"}}) {
    auto const found = knowledge.ask(&list, question);
    REQUIRE(found->entries.size() == 1);
    CHECK(found->entries[0].id == wanted);
    CHECK_FALSE(found->next_cursor);
  }
}

TEST_CASE("what is to be followed is found at once among many entries that are only noted") {
  Knowledge knowledge;
  auto const wanted = knowledge.add("the oldest");
  REQUIRE(knowledge.promote(wanted));
  knowledge.database->execute(
      "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
      " INSERT INTO knowledge_entry (number, id, title, kind, digest, created_at, created_by)"
      " SELECT i, 'k-many' || i, 'many', 'fact', zeroblob(32), 0, 'alice' FROM n");
  auto const found = knowledge.ask(&list, List{.grade = Grade::procedural});
  REQUIRE(found->entries.size() == 1);
  CHECK(found->entries[0].id == wanted);
  CHECK_FALSE(found->next_cursor);
}

TEST_CASE("search finds words of title, body and provenance, a title before a body, with an excerpt") {
  Knowledge knowledge;
  auto const body = knowledge.add("other", "somewhere in here a lock is named");
  auto const title = knowledge.add("The lock", "is kept");
  auto const file = add_file(knowledge, "src/parser.cpp", "");
  auto const found = knowledge.ask(&search, Search{.words = "LOC"});
  REQUIRE(found->entries.size() == 2);
  CHECK(found->entries[0].id == title);
  CHECK(found->entries[1].id == body);
  CHECK(found->entries[1].excerpt.find("a lock is named") != std::string::npos);
  CHECK(knowledge.ask(&search, Search{.words = "parser"})->entries.at(0).id == file);
  CHECK(knowledge.ask(&search, Search{.words = "lock", .kind = EntryKind::lesson})->entries.empty());
  auto const one = knowledge.ask(&search, Search{.words = "lock", .limit = 1});
  CHECK(one->entries.size() == 1);
  CHECK(one->truncated == Truncated::yes);
  for (std::string const hostile : {"\"", "a AND", "NEAR(", "title:", "*", "-", "OR OR"}) {
    INFO(hostile);
    auto const reply = knowledge.ask(&search, Search{.words = hostile});
    CHECK((reply || reply.error().code == ErrorCode::bad_request));
  }
}

TEST_CASE("an excerpt is short and well formed, however long a body's words are") {
  Knowledge knowledge;
  std::string word = "needle";
  while (word.size() < 60'000) word += "é";
  knowledge.add("long", "needle " + word);
  auto const found = knowledge.ask(&search, Search{.words = "needle"});
  REQUIRE(found->entries.size() == 1);
  CHECK(found->entries[0].excerpt.size() <= 300);
  CHECK(is_utf8(found->entries[0].excerpt));
}

TEST_CASE("a search that more than a thousand entries match gives the latest, and says that there are more") {
  Knowledge knowledge;
  std::string last;
  for (int i = 0; i < 1001; ++i) last = knowledge.add("everywhere");
  auto const found = knowledge.ask(&search, Search{.words = "everywhere", .limit = 3});
  REQUIRE(found->entries.size() == 3);
  CHECK(found->entries[0].id == last);
  CHECK(found->truncated == Truncated::yes);
}

TEST_CASE("verify names every file behind a live entry once, and those of one entry whatever its state") {
  Knowledge knowledge;
  auto const a = add_file(knowledge, "a", "#L1-L2"), b = add_file(knowledge, "b", "");
  knowledge.add("rests on no file");
  REQUIRE(knowledge.ask(&expire, Expire{a, "over", {}}));
  auto const c = add_file(knowledge, "c", "");
  std::vector<std::string> seen;
  Verify request{.limit = 1};
  do {
    auto const reply = knowledge.ask(&verify, request);
    REQUIRE(reply);
    for (auto const& file : reply->files) {
      seen.push_back(file.id + ' ' + file.path);
      CHECK(file.drift == Drift::unchecked);
      CHECK(file.sha256 == hex(sha256(file.path)));
    }
    request.cursor = reply->next_cursor;
  } while (request.cursor);
  CHECK(seen == std::vector<std::string>{c + " c", b + " b"});
  auto const one = knowledge.ask(&verify, Verify{.id = a});
  REQUIRE(one->files.size() == 1);
  CHECK(one->files[0].first_line == 1);
}

TEST_CASE("a long body is cut between characters unless it is wanted whole") {
  Knowledge knowledge;
  std::string body;
  while (body.size() < 60'000) body += "é";
  auto const id = knowledge.add("long", body);
  auto const cut = knowledge.show(id);
  CHECK(cut.body.size() <= 8192);
  CHECK(is_utf8(cut.body));
  CHECK(cut.shortened == std::vector<std::string>{"body"});
  auto const whole = knowledge.ask(&show, Show{.id = id, .full = Full::yes});
  CHECK(whole->entry.body == body);
  CHECK(whole->entry.shortened.empty());
}

}  // namespace
}  // namespace decapod::knowledge
