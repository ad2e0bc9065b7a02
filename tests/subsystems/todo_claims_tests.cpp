#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

auto const kAlice = caller("alice", "s1");
auto const kBob = caller("bob", "s2");

TEST_CASE("of sixteen claimers one wins and fifteen are told who") {
  Backlog backlog;
  auto const id = backlog.add("contended");
  int winners = 0, told = 0;
  for (int i = 0; i < 16; ++i) {
    auto const reply = backlog.ask(&claim, Claim{.id = id}, caller("agent-" + std::to_string(i), "s"));
    if (reply)
      ++winners;
    else if (reply.error().code == ErrorCode::held && reply.error().details.at("holder") == "agent-0")
      ++told;
  }
  CHECK(winners == 1);
  CHECK(told == 15);
  CHECK(backlog.count("SELECT value FROM todo_counter WHERE name = 'token'") == 1);
}

TEST_CASE("the same session claims twice and keeps its token and lease") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const first = backlog.ask(&claim, Claim{.id = id}, kAlice);
  backlog.pass(Millis(60'000));
  auto const second = backlog.ask(&claim, Claim{.id = id, .lease_ms = Millis(9'000'000)}, kAlice);
  REQUIRE(second);
  CHECK(second->already == Already::yes);
  CHECK(second->token == first->token);
  CHECK(second->expires_at == first->expires_at);
  CHECK(backlog.affected.empty());
}

TEST_CASE("the same actor in another session is refused, and let in by the token") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const token = backlog.claim(id, caller("alice", "once:1"));
  auto const other = caller("alice", "once:2");
  auto const refused = backlog.ask(&claim, Claim{.id = id}, other);
  CHECK(refused.error().code == ErrorCode::held);
  CHECK(refused.error().details.at("session") == "once:1");
  CHECK(backlog.ask(&done, Done{.id = id}, other).error().code == ErrorCode::not_holder);
  CHECK(backlog.ask(&claim, Claim{.id = id, .token = token}, other)->already == Already::yes);
  CHECK(backlog.ask(&renew, Renew{.id = id, .token = token}, other));
  CHECK(backlog.ask(&comment, Comment{.id = id, .text = "x", .token = token}, other));
  CHECK(backlog.ask(&done, Done{.id = id, .token = token}, other));
}

TEST_CASE("a claim that shows another token than the current one takes nothing, also of an item that is free") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const stale = [&](std::int64_t token) {
    return backlog.ask(&claim, Claim{.id = id, .token = token}, kAlice).error().code == ErrorCode::stale_token;
  };
  CHECK(stale(77));
  CHECK(backlog.show(id, kAlice).status == Status::open);
  auto const token = backlog.claim(id, kAlice);
  CHECK(stale(token + 1));
  REQUIRE(backlog.ask(&release, Release{.id = id}, kAlice));
  CHECK(stale(token));
  CHECK(backlog.claim(id, kAlice) > token);
}

TEST_CASE("a token is shown to the holder only") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const token = backlog.claim(id, kAlice);
  CHECK(backlog.show(id, kAlice).claim->token == token);
  CHECK_FALSE(backlog.show(id, kBob).claim->token);
}

TEST_CASE("whoever holds an item learns its token in another session, and nobody else does") {
  Backlog backlog;
  auto const id = backlog.add("one");
  auto const token = backlog.claim(id, caller("alice", "once:1"));
  CHECK(backlog.show(id, caller("alice", "once:2")).claim->token == token);
  CHECK_FALSE(backlog.show(id, kBob).claim->token);
}

TEST_CASE("what was handed to somebody comes first when they ask for work, and for nobody else") {
  Backlog backlog;
  auto const urgent = backlog.add("urgent", 0);
  auto const handed = backlog.add("handed", 3);
  auto const token = backlog.claim(handed, kAlice);
  CHECK(backlog.ask(&handoff, Handoff{.id = handed, .to = "bob", .summary = "s", .token = token}, kAlice));
  CHECK(backlog.ask(&next, Next{}, kAlice)->item.id == urgent);
  CHECK(backlog.ask(&next, Next{.priority = 1}, kBob)->item.id == urgent);
  auto const taken = backlog.ask(&next, Next{.claim = Take::yes}, kBob);
  CHECK(taken->item.id == handed);
  CHECK(taken->token > token);
  CHECK(backlog.ask(&next, Next{.claim = Take::yes}, kBob)->item.id == urgent);
  // Not after its lease: then it is open to all, in its own place.
  auto const again = backlog.add("again", 4);
  auto const other = backlog.add("other", 1);
  auto const second = backlog.claim(again, kAlice);
  CHECK(backlog.ask(&handoff, Handoff{.id = again, .to = "bob", .summary = "s", .token = second}, kAlice));
  backlog.pass(kLeaseDefault + Millis(1));
  CHECK(backlog.ask(&next, Next{}, kBob)->item.id != again);
  CHECK(other != again);
}

TEST_CASE("a token of another item, or an older one, proves nothing") {
  Backlog backlog;
  auto const one = backlog.add("one"), two = backlog.add("two");
  auto const token_one = backlog.claim(one, kAlice);
  auto const token_two = backlog.claim(two, kAlice);
  CHECK(token_two > token_one);
  auto const crossed = backlog.ask(&done, Done{.id = one, .token = token_two}, kAlice);
  CHECK(crossed.error().code == ErrorCode::stale_token);
  auto const hints = [](Error const& error, std::string const& words) {
    return error.hint.find(words) != std::string::npos;
  };
  CHECK(hints(crossed.error(), "another token by now: `decapod todo show " + one + "` prints it"));

  REQUIRE(backlog.ask(&release, Release{.id = one, .reason = "lunch"}, kAlice));
  auto const released = backlog.ask(&done, Done{.id = one, .token = token_one}, kAlice);
  CHECK(released.error().code == ErrorCode::stale_token);
  CHECK(hints(released.error(), "the item is free: `decapod todo claim " + one + "` takes it again"));
  CHECK(backlog.claim(one, kBob) > token_two);
  auto const late = backlog.ask(&done, Done{.id = one, .token = token_one}, kAlice);
  CHECK(late.error().code == ErrorCode::stale_token);
  CHECK(late.error().details.at("holder") == "bob");
  CHECK(hints(late.error(), "the item is bob's until " + to_string(backlog.now.wall + kLeaseDefault) + ": ask bob"));
  CHECK(hints(late.error(), "claim it anew once it is free"));
  for (auto const& error :
       {backlog.ask(&renew, Renew{.id = one, .token = token_one}, kAlice).error(),
        backlog.ask(&release, Release{.id = one, .token = token_one}, kAlice).error(),
        backlog.ask(&comment, Comment{.id = one, .text = "x", .token = token_one}, kAlice).error(),
        backlog.ask(&edit, Edit{.id = one, .title = "x", .token = token_one}, kAlice).error(),
        backlog.ask(&handoff, Handoff{.id = one, .to = "carol", .summary = "x", .token = token_one}, kAlice).error()}) {
    CHECK(error.code == ErrorCode::stale_token);
  }
  CHECK(backlog.show(one).claim->holder == "bob");
}

TEST_CASE("a handed-over item waits for the first session of its new holder") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const old_token = backlog.claim(id, kAlice);
  auto const reply = backlog.ask(&handoff, Handoff{.id = id, .to = "bob", .summary = "tests pass"}, kAlice);
  REQUIRE(reply);
  CHECK(reply->item.holder == "bob");
  CHECK(backlog.ask(&done, Done{.id = id, .token = old_token}, kAlice).error().code == ErrorCode::stale_token);
  CHECK(backlog.ask(&done, Done{.id = id}, kAlice).error().code == ErrorCode::not_holder);
  CHECK(backlog.ask(&claim, Claim{.id = id}, caller("carol", "s9")).error().code == ErrorCode::held);

  backlog.claim(id, kBob);
  CHECK(backlog.ask(&claim, Claim{.id = id}, caller("bob", "late")).error().code == ErrorCode::held);
  auto const item = backlog.show(id, kBob);
  CHECK(item.comments.at(0).text == "Handed over to bob: tests pass");
  CHECK(backlog.ask(&done, Done{.id = id}, kBob));
}

TEST_CASE("next takes the most urgent, then the soonest due, then the oldest") {
  Backlog backlog;
  backlog.add("later", 3);
  auto const old = backlog.add("old", 1);
  backlog.pass(Millis(1000));
  backlog.add("young", 1);
  auto const due = backlog.ask(&add, Add{.title = "due", .priority = 1, .due = Timestamp{1'900'000'000'000}})->item.id;
  auto const sooner =
      backlog.ask(&add, Add{.title = "sooner", .priority = 1, .due = Timestamp{1'800'000'000'000}})->item.id;
  CHECK(backlog.ask(&next, Next{})->item.id == sooner);
  CHECK_FALSE(backlog.ask(&next, Next{})->token);
  std::vector<std::string> order;
  for (int i = 0; i < 3; ++i) order.push_back(backlog.ask(&next, Next{.claim = Take::yes}, kAlice)->item.id);
  CHECK(order == std::vector<std::string>{sooner, due, old});
}

TEST_CASE("next narrows by type, label, priority and parent") {
  Backlog backlog;
  auto const parent = backlog.add("parent", 0);
  auto const wanted =
      backlog.ask(&add, Add{.title = "x", .type = ItemType::bug, .priority = 3, .label = {"docs"}, .parent = parent})
          ->item.id;
  CHECK(backlog.ask(&next, Next{.type = ItemType::bug})->item.id == wanted);
  CHECK(backlog.ask(&next, Next{.label = "docs"})->item.id == wanted);
  CHECK(backlog.ask(&next, Next{.parent = parent})->item.id == wanted);
  auto const none = backlog.ask(&next, Next{.label = "docs", .priority = 2});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::not_found);
  CHECK(none.error().message == "nothing that is ready is what was asked for");
}

TEST_CASE("an empty queue says what it waits for") {
  Backlog backlog;
  auto const blocker = backlog.add("blocker");
  REQUIRE(backlog.ask(&add, Add{.title = "waits", .blocked_by = {blocker}}));
  REQUIRE(backlog.ask(&add, Add{.title = "asleep", .defer_until = backlog.now.wall + Millis(1000)}));
  backlog.claim(blocker, kAlice);
  auto const reply = backlog.ask(&next, Next{.claim = Take::yes}, kBob);
  REQUIRE_FALSE(reply);
  CHECK(exit_status(reply.error().code) == ExitStatus::not_found);
  CHECK(to_text(reply.error().details) == R"({"ready":0,"blocked":1,"claimed":1,"deferred":1})");
}

TEST_CASE("a deferred item comes back by itself") {
  Backlog backlog;
  auto const id = backlog.ask(&add, Add{.title = "x", .defer_until = backlog.now.wall + Millis(1000)})->item.id;
  CHECK(backlog.ask(&ready, Ready{})->items.empty());
  CHECK(backlog.valid_until == backlog.now.wall + Millis(1000));
  backlog.pass(Millis(1000));
  CHECK(backlog.ask(&ready, Ready{})->items.size() == 1);
  CHECK(backlog.ask(&next, Next{.claim = Take::yes})->item.id == id);
}

TEST_CASE("a blocked item is refused with its blockers, and taken with force") {
  Backlog backlog;
  auto const blocker = backlog.add("blocker");
  auto const id = backlog.ask(&add, Add{.title = "waits", .blocked_by = {blocker}})->item.id;
  auto const refused = backlog.ask(&claim, Claim{.id = id});
  CHECK(refused.error().code == ErrorCode::blocked);
  CHECK(to_text(refused.error().details.at("blockers")) == "[\"" + blocker + "\"]");
  CHECK(backlog.ask(&claim, Claim{.id = id, .force = Force::yes}));
}

TEST_CASE("after a restore no token and no id of the line that ended is given out again") {
  constexpr int kItems = 40;
  auto const fill = [](Backlog& backlog) {
    std::vector<std::string> ids;
    backlog.facts.generation = 1;
    for (int i = 0; i < kItems; ++i) ids.push_back(backlog.add("item " + std::to_string(i)));
    CHECK(backlog.claim(ids[0], kAlice) == 1);
    return ids;
  };
  std::int64_t abandoned = 0;
  std::string abandoned_id;
  {
    // The line that ends goes on from there,
    Backlog ended;
    auto const ids = fill(ended);
    abandoned = ended.claim(ids[1], kBob);
    abandoned_id = ended.add("of the line that ended");
  }
  // and so does the line that begins: the same counters, another generation.
  Backlog backlog;
  auto const ids = fill(backlog);
  backlog.facts.generation = 2;
  auto const fresh = backlog.claim(ids[1], kAlice);
  CHECK(fresh > abandoned + 1'000'000);
  CHECK(fresh < (std::int64_t{1} << 53));
  CHECK(backlog.add("of the line that begins") != abandoned_id);
  CHECK(backlog.ask(&done, Done{.id = ids[1], .token = abandoned}, kBob).error().code == ErrorCode::stale_token);
  // What both lines know is as it was.
  CHECK(backlog.ask(&done, Done{.id = ids[0], .token = 1}, kAlice));
  CHECK(backlog.ask(&done, Done{.id = ids[1], .token = fresh}, kAlice));

  backlog.facts.generation = 3;
  CHECK(backlog.claim(ids[2], kAlice) > fresh + 1'000'000);
}

}  // namespace
}  // namespace decapod::todo
