#include <decapod/base/reflect.h>
#include <decapod/knowledge_source/excerpt.h>
#include <rules.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "handler_store.h"

namespace decapod::knowledge {
namespace {

TEST_CASE("each kind of source has one spelling, which is read back as itself") {
  for (std::string const text : {"file:a/b.c", "file:a b#1.c#L3-L9", "commit:3f2a1c9", "url:https://example.org/a#L1",
                                 "command:make test", "command:echo a:b", "event:3.17"}) {
    INFO(text);
    auto const source = parse_source(text);
    REQUIRE(source);
    CHECK(as_text(*source) == text);
  }
  CHECK(as_text(*parse_source("cmd:make")) == "command:make");
  CHECK(as_text(*parse_source("file:a#L7")) == "file:a#L7-L7");
  CHECK(as_text(*parse_source("file:a#L7-9")) == "file:a#L7-L9");
}

TEST_CASE("what is no source is refused with the forms that there are") {
  for (std::string const text : {"",           "file",       "file:",          "file: ",          "gut feeling",
                                 "hearsay:x",  "file:a#L0",  "file:a#L9-L3",   "file:a#Lx",       "file:#L3",
                                 "commit:xyz", "commit:abc", "commit:ABCDEF0", "url:example.org", "url:https://a b",
                                 "url:://x",   "command:  ", "event:t-4k2m",   "event:3",         "event:3.0",
                                 "event:03.1", "event:3.1x", "event:-1.2"}) {
    INFO(text);
    auto const source = parse_source(text);
    REQUIRE(source.has_error());
    CHECK(source.error().code == ErrorCode::bad_request);
    CHECK(source.error().hint.find("file:PATH") != std::string::npos);
  }
}

TEST_CASE("only a path into the repository is one") {
  for (std::string const good : {"a", "a/b", "a b/é.c", "..a", "a..b/c."}) CHECK(check_path(good));
  for (std::string const bad : {"", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", "./a", "a//b", "a/", "."}) {
    INFO(bad);
    auto const checked = check_path(bad);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == ErrorCode::refused);
  }
}

TEST_CASE("an excerpt is the bytes of its lines, line ends and all") {
  CHECK(excerpt("a\nb\nc\n", Lines{2, 3}) == "b\nc\n");
  CHECK(excerpt("a\nb\r\nc", Lines{2, 2}) == "b\r\n");
  CHECK(excerpt("a\nb", Lines{2, 2}) == "b");
  CHECK(excerpt("a\nb", std::nullopt) == "a\nb");
  CHECK(excerpt("", std::nullopt) == "");
  CHECK(excerpt("\n\n", Lines{2, 2}) == "\n");
  CHECK_FALSE(excerpt("a\nb\n", Lines{3, 3}));
  CHECK_FALSE(excerpt("a\nb\n", Lines{2, 3}));
  CHECK_FALSE(excerpt("", Lines{1, 1}));
  CHECK(count_lines("") == 0);
  CHECK(count_lines("a\nb") == 2);
  CHECK(count_lines("a\nb\n") == 2);
}

TEST_CASE("an entry expires at its time, and one that is superseded is nothing else") {
  Timestamp const end{1000};
  CHECK(rules::state_of({}, end) == State::live);
  CHECK(rules::state_of({std::nullopt, end}, Timestamp{999}) == State::live);
  CHECK(rules::state_of({std::nullopt, end}, end) == State::expired);
  CHECK(rules::state_of({2, end}, Timestamp{1}) == State::superseded);
  CHECK(rules::state_of({2, end}, end) == State::superseded);
}

TEST_CASE("a chain is followed to its end, to what is sought, and no further than it can be") {
  using Way = rules::Chain::Way;
  auto const next = [](std::int64_t number) { return number < 5 ? std::optional(number + 1) : std::nullopt; };
  CHECK(rules::follow(1, std::nullopt, next).end == 5);
  CHECK(rules::follow(2, 1, next).way == Way::ends);
  CHECK(rules::follow(1, 4, next).way == Way::meets);
  CHECK(rules::follow(1, 1, next).way == Way::meets);
  auto const round = [](std::int64_t number) { return std::optional(number % 3); };
  CHECK(rules::follow(1, std::nullopt, round).way == Way::too_long);
}

TEST_CASE("a digest changes with whatever an entry says, and with where a part ends") {
  auto const file = *parse_source("file:a#L1-L2");
  auto const command = *parse_source("command:make");
  auto const digest = sha256("x");
  std::set<std::string> seen;
  auto const add = [&](std::string_view title, EntryKind kind, std::string_view body,
                       std::vector<Source> const& sources, std::vector<Sha256> const& digests) {
    CHECK(seen.insert(hex(knowledge::digest_of(title, kind, body, sources, digests))).second);
  };
  add("ab", EntryKind::fact, "c", {file}, {digest});
  add("a", EntryKind::fact, "bc", {file}, {digest});
  add("ab", EntryKind::lesson, "c", {file}, {digest});
  add("ab", EntryKind::fact, "d", {file}, {digest});
  add("ab", EntryKind::fact, "c", {file}, {sha256("y")});
  add("ab", EntryKind::fact, "c", {*parse_source("file:a#L1-L3")}, {digest});
  add("ab", EntryKind::fact, "c", {file, command}, {digest});
  add("ab", EntryKind::fact, "c", {command, file}, {digest});
}

}  // namespace
}  // namespace decapod::knowledge
