#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

auto const kAlice = caller("alice", "s1");
auto const kBob = caller("bob", "s2");
constexpr Millis kLease = kLeaseDefault;

TEST_CASE("an ended lease gives the item back in the very next call") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const token = backlog.claim(id, kAlice);
  CHECK(backlog.show(id).status == Status::claimed);
  CHECK(backlog.valid_until == backlog.now.wall + kLease);
  backlog.pass(kLease - Millis(1));
  CHECK(backlog.ask(&next, Next{.claim = Take::yes}, kBob).error().code == ErrorCode::not_found);
  backlog.pass(Millis(1));

  CHECK(backlog.show(id).status == Status::open);
  CHECK(backlog.show(id).claim->expired == Expired::yes);
  CHECK(backlog.ask(&ready, Ready{})->items.size() == 1);
  CHECK(backlog.ask(&list, List{.status = {Status::open}})->items.size() == 1);
  CHECK(backlog.ask(&list, List{.status = {Status::claimed}})->items.empty());
  auto const taken = backlog.ask(&next, Next{.claim = Take::yes}, kBob);
  REQUIRE(taken);
  CHECK(taken->item.id == id);
  auto const late = backlog.ask(&done, Done{.id = id, .token = token}, kAlice);
  CHECK(late.error().code == ErrorCode::stale_token);
  CHECK(late.error().details.at("holder") == "bob");
}

TEST_CASE("whoever shows an old token for an item whose lease has ended is told that it is free") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const old = backlog.claim(id, kBob);
  backlog.pass(kLease);
  backlog.claim(id, kAlice);
  backlog.pass(kLease);
  auto const late = backlog.ask(&done, Done{.id = id, .token = old}, kBob);
  CHECK(late.error().code == ErrorCode::stale_token);
  CHECK(late.error().hint.find("the item is free: `decapod todo claim " + id + "`") != std::string::npos);
  CHECK(late.error().hint.find("until") == std::string::npos);
}

TEST_CASE("a holder who comes back after another took the item is told who has it, and until when") {
  Backlog backlog;
  auto const id = backlog.add("x");
  backlog.claim(id, kAlice);
  backlog.pass(kLease);
  backlog.claim(id, kBob);
  auto const late = backlog.ask(&done, Done{.id = id}, kAlice);
  REQUIRE(late.error().code == ErrorCode::not_holder);
  CHECK(late.error().message == id + " is held by bob until " + to_string(backlog.now.wall + kLease));
  // A claim would be refused.
  CHECK(late.error().hint.find("claim the item") == std::string::npos);
  CHECK(late.error().hint.find("bob") != std::string::npos);
}

TEST_CASE("a holder who comes back late may finish if nobody took the item") {
  Backlog backlog;
  auto const id = backlog.add("x");
  backlog.claim(id, kAlice);
  backlog.pass(kLease + Millis(1));
  CHECK(backlog.ask(&renew, Renew{.id = id}, kAlice));
  CHECK(backlog.show(id).status == Status::claimed);
  backlog.pass(kLease);
  CHECK(backlog.ask(&done, Done{.id = id}, kAlice));
}

TEST_CASE("a claim after the end of one's own lease is a new one") {
  Backlog backlog;
  auto const id = backlog.add("x");
  auto const first = backlog.claim(id, kAlice);
  backlog.pass(kLease);
  auto const again = backlog.ask(&claim, Claim{.id = id}, kAlice);
  CHECK(again->already == Already::no);
  CHECK(again->token > first);
}

TEST_CASE("setting the wall clock moves no lease within a boot") {
  Backlog backlog;
  auto const id = backlog.add("x");
  backlog.claim(id, kAlice);
  backlog.now.wall = backlog.now.wall + Millis(365LL * 24 * 3600 * 1000);
  CHECK(backlog.ask(&claim, Claim{.id = id}, kBob).error().code == ErrorCode::held);
  CHECK(backlog.ask(&ready, Ready{})->items.empty());
  backlog.now.wall = Timestamp{1000};
  backlog.now.boot.ms += kLease.count();
  CHECK(backlog.ask(&ready, Ready{})->items.size() == 1);
  CHECK(backlog.ask(&claim, Claim{.id = id}, kBob));
}

TEST_CASE("after a reboot the wall clock ends the lease") {
  Backlog backlog;
  auto const id = backlog.add("x");
  backlog.claim(id, kAlice);
  backlog.reboot();
  backlog.pass(kLease - Millis(1));
  CHECK(backlog.ask(&claim, Claim{.id = id}, kBob).error().code == ErrorCode::held);
  CHECK(backlog.ask(&ready, Ready{})->items.empty());
  backlog.pass(Millis(1));
  CHECK(backlog.ask(&ready, Ready{})->items.size() == 1);
  CHECK(backlog.ask(&next, Next{.claim = Take::yes}, kBob)->item.id == id);
}

// Of 2,000 claims or deferrals the one that is looked for lapses last.
TEST_CASE("next finds the one item of a narrow filter behind any number of others that lapsed before it") {
  constexpr int kLapsed = 2000;
  auto const lapse = GENERATE(as<std::string>{}, "leases in this boot", "leases of another boot", "deferrals");
  INFO(lapse);
  Backlog backlog;
  std::string last;
  for (int i = 0; i < kLapsed; ++i) {
    bool const wanted = i + 1 == kLapsed;
    Add request{.title = "x", .type = wanted ? ItemType::bug : ItemType::task, .priority = wanted ? 0 : 2};
    if (wanted) request.label = {"wanted"};
    if (lapse == "deferrals") request.defer_until = backlog.now.wall + Millis(1000 + i);
    last = backlog.ask(&add, request)->item.id;
    if (lapse != "deferrals") REQUIRE(backlog.ask(&claim, Claim{.id = last, .lease_ms = Millis(1000 + i)}));
  }
  backlog.pass(Millis(10'000));
  if (lapse == "leases of another boot") backlog.reboot();

  CHECK(backlog.ask(&ready, Ready{.limit = 1})->items.at(0).id == last);
  CHECK(backlog.ask(&ready, Ready{.label = "wanted"})->items.size() == 1);
  CHECK(backlog.ask(&ready, Ready{.type = ItemType::bug})->items.size() == 1);
  auto const taken = backlog.ask(&next, Next{.claim = Take::yes, .label = "wanted"}, caller("bob", "b"));
  REQUIRE(taken);
  CHECK(taken->item.id == last);
  CHECK(backlog.ask(&next, Next{.label = "wanted"}).error().code == ErrorCode::not_found);
  CHECK(backlog.ask(&ready, Ready{.limit = 200})->items.size() == 200);
}

TEST_CASE("reclaim opens what has ended and leaves what is in force") {
  Backlog backlog;
  auto const dead = backlog.add("dead");
  backlog.claim(dead, kAlice);
  backlog.pass(kLease);
  auto const alive = backlog.add("alive");
  backlog.claim(alive, kBob);
  CHECK(backlog.ask(&reclaim, Reclaim{}).error().code == ErrorCode::bad_request);
  CHECK(backlog.ask(&reclaim, Reclaim{.id = alive}).error().code == ErrorCode::held);
  auto const reply = backlog.ask(&reclaim, Reclaim{.expired = Expired::yes});
  REQUIRE(reply->items.size() == 1);
  CHECK(reply->items[0].id == dead);
  CHECK(reply->items[0].holder == "alice");
  CHECK(backlog.count("SELECT count(*) FROM todo_item WHERE status = 'claimed'") == 1);
  CHECK(backlog.gate_findings().empty());
}

TEST_CASE("reclaim stops at its limit and says so") {
  Backlog backlog;
  for (int i = 0; i < 5; ++i) backlog.claim(backlog.add("x"), kAlice);
  backlog.pass(kLease);
  auto const first = backlog.ask(&reclaim, Reclaim{.expired = Expired::yes, .limit = 3});
  CHECK(first->items.size() == 3);
  CHECK(first->truncated == Truncated::yes);
  auto const second = backlog.ask(&reclaim, Reclaim{.expired = Expired::yes, .limit = 3});
  CHECK(second->items.size() == 2);
  CHECK(second->truncated == Truncated::no);
}

}  // namespace
}  // namespace decapod::todo
