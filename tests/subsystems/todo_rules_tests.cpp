#include <decapod/todo_record/item_id.h>
#include <rules.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using rules::Move;

TEST_CASE("exactly nine moves are allowed") {
  std::map<std::pair<Status, Move>, Status> const allowed{
      {{Status::open, Move::claim}, Status::claimed},    {{Status::claimed, Move::claim}, Status::claimed},
      {{Status::claimed, Move::renew}, Status::claimed}, {{Status::claimed, Move::handoff}, Status::claimed},
      {{Status::claimed, Move::release}, Status::open},  {{Status::claimed, Move::done}, Status::done},
      {{Status::done, Move::archive}, Status::archived}, {{Status::done, Move::reopen}, Status::open},
      {{Status::archived, Move::reopen}, Status::open},
  };
  for (auto const from : reflect::enum_values<Status>) {
    for (auto const move : reflect::enum_values<Move>) {
      auto const found = allowed.find({from, move});
      INFO(to_text(from) << " " << to_text(move));
      CHECK(rules::after(from, move) == (found == allowed.end() ? std::nullopt : std::optional(found->second)));
    }
  }
}

TEST_CASE("a refused move names the moves that are allowed") {
  auto const error = rules::refuse_move("t-1", Status::done, Move::claim);
  CHECK(error.code == ErrorCode::bad_transition);
  CHECK(to_text(error.details) == R"({"id":"t-1","status":"done","move":"claim","allowed":["archive","reopen"]})");
}

TEST_CASE("only ids that survive a shell are taken over") {
  for (auto const* good : {"t-4k2m", "bd-ar2.9", "A_1:x", "7"}) CHECK(is_valid_id(good));
  for (auto const* bad : {"", "-x", "a b", "a/b", "a~", ".x", "é"}) CHECK_FALSE(is_valid_id(bad));
  CHECK_FALSE(is_valid_id(std::string(65, 'a')));
}

TEST_CASE("the boot clock decides within a boot, the wall clock in another") {
  Instant const start{Timestamp{1'000'000}, BootTime{500}, "boot-1"};
  auto const lease = rules::lease_from(start, Millis(1000));
  struct Case {
    Instant now;
    bool ended;
  };
  Case const cases[] = {
      {{Timestamp{1'000'999}, BootTime{1499}, "boot-1"}, false},
      {{Timestamp{1'001'000}, BootTime{1500}, "boot-1"}, true},
      {{Timestamp{9'000'000}, BootTime{600}, "boot-1"}, false},   // the wall clock was set ahead
      {{Timestamp{1}, BootTime{1500}, "boot-1"}, true},           // the wall clock was set back
      {{Timestamp{1'000'500}, BootTime{9999}, "boot-2"}, false},  // after a reboot the boot clock means nothing
      {{Timestamp{1'001'000}, BootTime{1}, "boot-2"}, true},
  };
  for (auto const& one : cases) CHECK(rules::has_ended(lease, one.now) == one.ended);

  auto const nameless = rules::lease_from({Timestamp{1'000'000}, BootTime{500}, ""}, Millis(1000));
  CHECK_FALSE(rules::has_ended(nameless, {Timestamp{1'000'500}, BootTime{9999}, ""}));
}

TEST_CASE("who may claim, and who counts as the holder") {
  Instant const now{Timestamp{1000}, BootTime{1000}, "b"};
  rules::Holding const held{"alice", "s1", 7, Timestamp{0}, rules::lease_from(now, Millis(10))};
  auto const verdict = [&](rules::Holding const* holding, std::string actor, std::string session,
                           std::optional<std::int64_t> token) {
    return rules::may_claim(holding, 0, Force::no, testing::caller(actor, session), token, now);
  };
  using rules::ClaimVerdict;
  CHECK(verdict(nullptr, "bob", "s", {}) == ClaimVerdict::fresh);
  CHECK(verdict(&held, "alice", "s1", {}) == ClaimVerdict::already);
  CHECK(verdict(&held, "alice", "s2", {}) == ClaimVerdict::held);
  CHECK(verdict(&held, "alice", "s2", 7) == ClaimVerdict::already);
  CHECK(verdict(&held, "bob", "s1", {}) == ClaimVerdict::held);
  CHECK(verdict(&held, "bob", "s1", 6) == ClaimVerdict::held);

  auto const anybody = testing::caller("bob", "s");
  CHECK(rules::may_claim(nullptr, 2, Force::no, anybody, {}, now) == ClaimVerdict::blocked);
  CHECK(rules::may_claim(nullptr, 2, Force::yes, anybody, {}, now) == ClaimVerdict::fresh);

  using rules::Proof;
  CHECK(rules::prove(&held, testing::caller("alice", "s1"), {}) == Proof::holds);
  CHECK(rules::prove(&held, testing::caller("alice", "s2"), {}) == Proof::not_holder);
  CHECK(rules::prove(&held, anybody, 7) == Proof::holds);
  CHECK(rules::prove(&held, testing::caller("alice", "s1"), 6) == Proof::stale);
  CHECK(rules::prove(nullptr, anybody, {}) == Proof::not_claimed);
  CHECK(rules::prove(nullptr, anybody, 7) == Proof::stale);
}

}  // namespace
}  // namespace decapod::todo
