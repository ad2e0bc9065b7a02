#include <decapod/todo_record/item_id.h>
#include <rules.h>
#include <search_query.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

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

TEST_CASE("ids never repeat and look nothing like their neighbours") {
  constexpr std::uint64_t kShort = 1U << 20;
  // Four characters of seven bits behind the "t-": a bit for each is ten times faster than a set of a million.
  std::vector<bool> seen(1U << 28);
  std::uint64_t repeated = 0;
  std::uint64_t of_other_length = 0;
  for (std::uint64_t count = 0; count < kShort; ++count) {
    auto const id = make_id(count, 42);
    if (id.size() != 6) ++of_other_length;
    std::size_t bits = 0;
    for (std::size_t at = 2; at < std::min<std::size_t>(id.size(), 6); ++at)
      bits = bits << 7U | static_cast<unsigned char>(id[at]);
    if (seen.at(bits)) ++repeated;
    seen[bits] = true;
  }
  CHECK(repeated == 0);
  CHECK(of_other_length == 0);
  std::set<std::string> longer;
  for (std::uint64_t count = kShort; count < kShort + 50'000; ++count) longer.insert(make_id(count, 42));
  CHECK(longer.size() == 50'000);
  CHECK(std::ranges::all_of(longer, [](std::string const& id) { return id.size() == 7; }));
  CHECK(make_id(0, 42) != make_id(0, 43));
  int equal_starts = 0;
  for (std::uint64_t count = 0; count < 1000; ++count) {
    if (make_id(count, 42).substr(0, 4) == make_id(count + 1, 42).substr(0, 4)) ++equal_starts;
  }
  CHECK(equal_starts < 50);
}

TEST_CASE("only ids that survive a shell are taken over") {
  for (auto const* good : {"t-4k2m", "bd-ar2.9", "A_1:x", "7"}) CHECK(is_valid_id(good));
  for (auto const* bad : {"", "-x", "a b", "a/b", "a~", ".x", "é"}) CHECK_FALSE(is_valid_id(bad));
  CHECK_FALSE(is_valid_id(std::string(65, 'a')));
}

TEST_CASE("words become a query without operators") {
  CHECK(fts_query("parser last") == R"("parser" "last"*)");
  CHECK(fts_query(R"(a" OR b* NEAR(c) -d:e)") == R"("a" "OR" "b" "NEAR" "c" "d" "e"*)");
  CHECK(fts_query("-- \" '").empty());
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
