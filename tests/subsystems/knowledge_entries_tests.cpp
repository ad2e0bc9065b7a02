#include <decapod/base/digest.h>
#include <catch2/catch.hpp>

#include <map>
#include <random>

#include "knowledge_fixture.h"

namespace decapod::knowledge {
namespace {

using testing::caller;
using testing::Knowledge;

// Catch2's --rng-seed repeats a run.
std::uint32_t seed() {
  static std::uint32_t const value = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  return value;
}

Add resting_on(std::vector<std::string> provenance, std::vector<std::string> digests = {}) {
  return {.title = "a", .body = "b", .provenance = std::move(provenance), .digests = std::move(digests)};
}

ErrorCode refusal(Knowledge& knowledge, Add const& request) {
  auto const rows = knowledge.count("SELECT count(*) FROM knowledge_entry");
  auto const reply = knowledge.ask(&add, request);
  REQUIRE(reply.has_error());
  CHECK(knowledge.count("SELECT count(*) FROM knowledge_entry") == rows);
  return reply.error().code;
}

TEST_CASE("an entry keeps what it says and what it rests on, word for word") {
  Knowledge knowledge;
  knowledge.add("before");
  auto const digest = hex(sha256("the lines"));
  auto const reply = knowledge.ask(&add, Add{.title = "Locks stay",
                                             .body = "never unlink one",
                                             .provenance = {"file:a/b.c#L3-L9", "event:3.1", "commit:3f2a1c9"},
                                             .kind = EntryKind::convention,
                                             .digests = {digest}});
  REQUIRE(reply);
  auto const id = reply->entry.id;
  CHECK(id.starts_with("k-"));
  auto const affected = knowledge.affected;
  auto const entry = knowledge.show(id);
  CHECK(affected == std::vector<std::string>{"knowledge/entry/" + id, "knowledge/digest/" + id + '/' + entry.digest});
  CHECK(entry.title == "Locks stay");
  CHECK(entry.body == "never unlink one");
  CHECK(entry.kind == EntryKind::convention);
  CHECK(entry.grade == Grade::noted);
  CHECK(entry.state == State::live);
  CHECK(entry.created_by == "alice");
  REQUIRE(entry.provenance.size() == 3);
  CHECK(entry.provenance[0].value == "a/b.c");
  CHECK(entry.provenance[0].first_line == 3);
  CHECK(entry.provenance[0].last_line == 9);
  CHECK(entry.provenance[0].sha256 == digest);
  CHECK(entry.provenance[1].kind == SourceKind::event);
  CHECK_FALSE(entry.provenance[2].sha256);
  CHECK(knowledge.gate_codes().empty());
}

TEST_CASE("what rests on nothing, outside the repository or on what never happened is not added") {
  Knowledge knowledge;
  auto const digest = hex(sha256(""));
  knowledge.add("before");
  CHECK(refusal(knowledge, resting_on({})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"I think so"})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"file:/etc/passwd"}, {digest})) == ErrorCode::refused);
  CHECK(refusal(knowledge, resting_on({"file:a/../../b"}, {digest})) == ErrorCode::refused);
  CHECK(refusal(knowledge, resting_on({"file:a"})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"file:a"}, {digest, digest})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"file:a"}, {std::string(64, 'x')})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"command:true"}, {digest})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"command:true", "cmd:true"})) == ErrorCode::bad_request);
  CHECK(refusal(knowledge, resting_on({"event:3.2"})) == ErrorCode::marker_unconfirmed);
  CHECK(refusal(knowledge, resting_on({"event:4.1"})) == ErrorCode::marker_unconfirmed);
  CHECK(knowledge.ask(&add, resting_on({"event:3.1"})));
  auto two_lines = resting_on({"command:true"});
  two_lines.title = "a\nb";
  CHECK(refusal(knowledge, two_lines) == ErrorCode::bad_request);
}

TEST_CASE("a newer entry takes the place of an older one once, and the chain is shown") {
  Knowledge knowledge;
  auto const a = knowledge.add("a"), b = knowledge.add("b"), c = knowledge.add("c");
  REQUIRE(knowledge.ask(&supersede, Supersede{a, b, "b knows more"}, caller("bob", "s2")));
  CHECK(knowledge.affected == std::vector<std::string>{"knowledge/entry/" + a, "knowledge/entry/" + b});
  REQUIRE(knowledge.ask(&supersede, Supersede{b, c, ""}));
  auto const oldest = knowledge.show(a);
  CHECK(oldest.state == State::superseded);
  CHECK(oldest.superseded_by == b);
  CHECK(oldest.superseded->actor == "bob");
  CHECK(oldest.superseded->reason == "b knows more");
  CHECK(oldest.current == c);
  CHECK(knowledge.show(b).supersedes == std::vector<std::string>{a});
  CHECK(knowledge.show(c).state == State::live);

  auto const again = knowledge.ask(&supersede, Supersede{a, c, ""});
  REQUIRE(again.has_error());
  CHECK(again.error().code == ErrorCode::bad_transition);
  CHECK(again.error().hint.find(c) != std::string::npos);
  auto const d = knowledge.add("d");
  CHECK(knowledge.ask(&supersede, Supersede{d, b, ""}).error().code == ErrorCode::bad_transition);
  for (auto const& [older, newer] : {std::pair{c, a}, std::pair{c, b}, std::pair{c, c}}) {
    CHECK(knowledge.ask(&supersede, Supersede{older, newer, ""}).error().code == ErrorCode::link_cycle);
  }
  CHECK(knowledge.show(c).state == State::live);
}

TEST_CASE("an entry expires at its time without anybody writing, and replies say until when they hold") {
  Knowledge knowledge;
  auto const a = knowledge.add("a"), b = knowledge.add("b");
  auto const end = knowledge.now.wall + Millis(60'000);
  REQUIRE(knowledge.ask(&expire, Expire{a, "goes with 2.0", end}));
  auto const listed = knowledge.ask(&list, List{});
  CHECK(listed->entries.size() == 2);
  CHECK(knowledge.valid_until == end);
  REQUIRE(knowledge.ask(&search, Search{.words = "body"}));
  CHECK(knowledge.valid_until == end);
  CHECK(knowledge.show(a).state == State::live);
  CHECK(knowledge.valid_until == end);
  knowledge.pass(Millis(59'999));
  CHECK(knowledge.show(a).state == State::live);
  knowledge.pass(Millis(1));
  auto const entry = knowledge.show(a);
  CHECK(entry.state == State::expired);
  CHECK(entry.expiry->reason == "goes with 2.0");
  CHECK_FALSE(knowledge.valid_until);
  CHECK(knowledge.ask(&list, List{})->entries.size() == 1);
  CHECK(knowledge.ask(&search, Search{.words = "body"})->entries.size() == 1);
  CHECK(knowledge.ask(&search, Search{.words = "body", .all = All::yes})->entries.size() == 2);

  CHECK(knowledge.ask(&expire, Expire{a, "again", {}}).error().code == ErrorCode::bad_transition);
  CHECK(knowledge.ask(&expire, Expire{b, "past", Timestamp{1}}).error().code == ErrorCode::bad_request);
  CHECK(knowledge.ask(&supersede, Supersede{b, a, ""}).error().code == ErrorCode::bad_transition);
  REQUIRE(knowledge.ask(&expire, Expire{b, "now", {}}));
  CHECK(knowledge.show(b).state == State::expired);
}

// The model: each entry's successor, and nothing else.
TEST_CASE("whatever is superseded by whatever, no circle comes about and no successor changes") {
  INFO("seed " << seed());
  std::mt19937 random(seed());
  Knowledge knowledge;
  std::vector<std::string> ids;
  std::map<std::string, std::string> successor;
  for (int i = 0; i < 25; ++i) ids.push_back(knowledge.add("entry " + std::to_string(i)));
  auto const any = [&] { return ids[random() % ids.size()]; };
  int accepted = 0;
  for (int i = 0; i < 400; ++i) {
    auto const older = any(), newer = any();
    bool meets = false;
    for (auto at = newer; !meets; at = successor.at(at)) {
      meets = at == older;
      if (!successor.contains(at)) break;
    }
    auto const reply = knowledge.ask(&supersede, Supersede{older, newer, ""});
    bool const allowed = !meets && !successor.contains(older) && !successor.contains(newer);
    REQUIRE(reply.has_value() == allowed);
    if (!allowed) {
      CHECK((reply.error().code == ErrorCode::link_cycle) == meets);
      continue;
    }
    successor[older] = newer;
    ++accepted;
  }
  CHECK(accepted > 15);
  for (auto const& id : ids) {
    auto const entry = knowledge.show(id);
    CHECK(entry.superseded_by.value_or("") == successor[id]);
  }
  CHECK(knowledge.gate_codes().empty());
}

}  // namespace
}  // namespace decapod::knowledge
