#include <graph.h>
#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

TEST_CASE("a circle of blockers is refused with its path, and nothing changes") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b"), c = backlog.add("c");
  REQUIRE(backlog.ask(&link, Link{a, LinkKind::blocks, b}));
  REQUIRE(backlog.ask(&link, Link{b, LinkKind::blocks, c}));
  auto const reply = backlog.ask(&link, Link{c, LinkKind::blocks, a});
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code == ErrorCode::link_cycle);
  CHECK(to_text(reply.error().details.at("path")) == "[\"" + a + "\",\"" + b + "\",\"" + c + "\",\"" + a + "\"]");
  CHECK(backlog.show(a).open_blockers == 0);
  CHECK(backlog.ask(&link, Link{a, LinkKind::blocks, a}).error().code == ErrorCode::refused);
  CHECK(backlog.ask(&link, Link{c, LinkKind::related, a}));
}

TEST_CASE("a circle of parents and a second parent are refused") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b"), c = backlog.add("c");
  REQUIRE(backlog.ask(&link, Link{a, LinkKind::parent_child, b}));
  CHECK(backlog.ask(&link, Link{b, LinkKind::parent_child, a}).error().code == ErrorCode::link_cycle);
  CHECK(backlog.ask(&link, Link{c, LinkKind::parent_child, b}).error().code == ErrorCode::refused);
}

TEST_CASE("a link is made once and removed once") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b");
  CHECK(backlog.ask(&link, Link{a, LinkKind::blocks, b})->open_blockers == 1);
  auto const again = backlog.ask(&link, Link{a, LinkKind::blocks, b});
  CHECK(again->changed == Changed::no);
  CHECK(again->open_blockers == 1);
  CHECK(backlog.ask(&unlink, Unlink{a, LinkKind::blocks, b})->open_blockers == 0);
  CHECK(backlog.ask(&unlink, Unlink{a, LinkKind::blocks, b})->changed == Changed::no);
}

TEST_CASE("related has no direction") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b");
  REQUIRE(backlog.ask(&link, Link{a, LinkKind::related, b}));
  CHECK(backlog.ask(&link, Link{b, LinkKind::related, a})->changed == Changed::no);
  CHECK(backlog.show(a).links.related.at(0).id == b);
  CHECK(backlog.show(b).links.related.at(0).id == a);
  CHECK(backlog.ask(&unlink, Unlink{b, LinkKind::related, a})->changed == Changed::yes);
}

TEST_CASE("finishing the last blocker makes an item ready, reopening it takes that back") {
  Backlog backlog;
  auto const a = backlog.add("a"), b = backlog.add("b");
  auto const waits = backlog.ask(&add, Add{.title = "waits", .blocked_by = {a, b}})->item.id;
  backlog.finish(a);
  CHECK(backlog.show(waits).open_blockers == 1);
  auto const who = caller("alice", "s1");
  backlog.claim(b, who);
  auto const reply = backlog.ask(&done, Done{.id = b}, who);
  CHECK(reply->unblocked == std::vector<std::string>{waits});
  CHECK(backlog.affected == std::vector<std::string>{"todo/item/" + b, "todo/item/" + waits});
  REQUIRE(backlog.ask(&reopen, Reopen{.id = a}));
  CHECK(backlog.show(waits).open_blockers == 1);
  CHECK(backlog.gate_findings().empty());
}

TEST_CASE("arcs that close a circle are found in order, whatever was there before") {
  using graph::Arc;
  std::vector<Arc> const present{{1, 2}, {2, 3}};
  std::vector<Arc> const added{{3, 4}, {4, 1}, {3, 1}, {5, 6}, {6, 5}};
  CHECK(graph::closing_arcs(present, added) == std::vector<std::size_t>{1, 2, 4});
  CHECK(graph::closing_arcs(present, std::vector<Arc>{{1, 3}}).empty());
}

}  // namespace
}  // namespace decapod::todo
