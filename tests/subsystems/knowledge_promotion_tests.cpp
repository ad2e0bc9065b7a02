#include <decapod/base/digest.h>
#include <catch2/catch.hpp>

#include "knowledge_fixture.h"

namespace decapod::knowledge {
namespace {

using testing::caller;
using testing::Knowledge;

TEST_CASE("nobody adds what is to be followed: a new entry is noted") {
  Knowledge knowledge;
  auto const reply =
      knowledge.ask(&add, Add{.title = "a", .body = "b", .provenance = {"cmd:true"}, .grade = Grade::procedural});
  REQUIRE(reply.has_error());
  CHECK(reply.error().code == ErrorCode::promotion_required);
  CHECK(knowledge.count("SELECT count(*) FROM knowledge_entry") == 0);
}

TEST_CASE("a promotion is part of the commit that its marker names, and everybody sees by whom it was") {
  Knowledge knowledge;
  auto const a = knowledge.add("a");
  knowledge.add("b");
  REQUIRE(knowledge.promote(a, caller("bob", "s2")));
  CHECK(knowledge.affected == std::vector<std::string>{"knowledge/entry/" + a, "knowledge/promotion/" + a});
  auto const entry = knowledge.show(a);
  CHECK(entry.grade == Grade::procedural);
  REQUIRE(entry.promotion);
  CHECK(entry.promotion->actor == "bob");
  CHECK(entry.promotion->reason == "held for a month");
  CHECK(entry.promotion->record == "p-1");
  CHECK(entry.promotion->marker == "3.3");
  auto const listed = knowledge.ask(&list, List{.grade = Grade::procedural});
  REQUIRE(listed->entries.size() == 1);
  CHECK(listed->entries[0].id == a);
  CHECK(knowledge.promote(a).error().code == ErrorCode::already_exists);
  CHECK(knowledge.gate_codes().empty());
}

TEST_CASE("a promotion goes with the request that it is part of") {
  Knowledge knowledge;
  auto const a = knowledge.add("a");
  auto const entry = knowledge.show(a);
  auto const outcome = knowledge.within(caller("bob", "s2"), [&](contract::Context& context) -> Result<void> {
    REQUIRE(contract::promote_knowledge(context, {a, entry.digest, "p-1", "x"}));
    return fail(ErrorCode::refused, "thought better of it");
  });
  REQUIRE(outcome.has_error());
  CHECK(knowledge.show(a).grade == Grade::noted);
  CHECK(knowledge.promote(a));
}

TEST_CASE("only what is live and says what was judged is promoted") {
  Knowledge knowledge;
  auto const a = knowledge.add("a"), b = knowledge.add("b"), c = knowledge.add("c");
  REQUIRE(knowledge.ask(&supersede, Supersede{a, b, ""}));
  CHECK(knowledge.promote(a).error().code == ErrorCode::bad_transition);
  REQUIRE(knowledge.ask(&expire, Expire{c, "over", {}}));
  CHECK(knowledge.promote(c).error().code == ErrorCode::bad_transition);
  auto const other = knowledge.within(caller("alice", "s1"), [&](contract::Context& context) {
    return contract::promote_knowledge(context, {b, hex(sha256("something else")), "p-1", "x"});
  });
  REQUIRE(other.has_error());
  CHECK(other.error().code == ErrorCode::proof_mismatch);
  CHECK(other.error().details.at("judged").as_string() == hex(sha256("something else")));
  CHECK(other.error().details.at("stored").as_string() == knowledge.show(b).digest);
  auto const none = knowledge.within(caller("alice", "s1"), [&](contract::Context& context) {
    return contract::promote_knowledge(context, {"k-none", "", "p-1", "x"});
  });
  CHECK(none.error().code == ErrorCode::not_found);
  CHECK(knowledge.count("SELECT count(*) FROM knowledge_entry WHERE promoted_at IS NOT NULL") == 0);
}

TEST_CASE("whoever asks about an entry learns what it says, where it stands, and how it became procedural") {
  Knowledge knowledge;
  auto const a = knowledge.add("a", "the body"), b = knowledge.add("b");
  auto const end = knowledge.now.wall + Millis(1000);
  REQUIRE(knowledge.ask(&expire, Expire{a, "goes", end}));
  REQUIRE(knowledge.promote(a));
  auto const facts = knowledge.learn(a.substr(0, a.size()));
  REQUIRE(facts);
  CHECK(facts->id == a);
  CHECK(facts->state == contract::KnowledgeState::live);
  CHECK(facts->until == end);
  CHECK(facts->digest == knowledge.show(a).digest);
  CHECK(facts->document.at("body") == "the body");
  CHECK(facts->document.at("provenance").at(0).at("value") == "true");
  REQUIRE(facts->promotion);
  CHECK(to_string(facts->promotion->marker) == "3.4");
  CHECK(facts->promotion->record == "p-1");
  knowledge.pass(Millis(1000));
  CHECK(knowledge.learn(a)->state == contract::KnowledgeState::expired);
  CHECK_FALSE(knowledge.learn(a)->until);
  CHECK_FALSE(knowledge.learn(b)->promotion);
  CHECK(knowledge.learn("k-none").error().code == ErrorCode::not_found);
}

// As whoever opens the store's file could: each change is small, and none can be told from a real one by its looks.
TEST_CASE("an entry that was changed past the trail is neither told of nor promoted") {
  Knowledge knowledge;
  auto const a = knowledge.add("a"), b = knowledge.add("b");
  REQUIRE(knowledge.promote(b, caller("bob", "s2")));
  auto& database = *knowledge.database;
  std::string changed = a;
  SECTION("its text") {
    database.execute("UPDATE knowledge_body SET body = 'b body' WHERE entry = 1");
  }
  SECTION("its text, and the digest with it") {
    database.execute(
        "UPDATE knowledge_entry SET title = 'b', digest = (SELECT digest FROM knowledge_entry WHERE number"
        " = 2) WHERE number = 1");
  }
  SECTION("its digest alone") {
    database.execute("UPDATE knowledge_entry SET digest = zeroblob(32) WHERE number = 1");
  }
  SECTION("where it rests") {
    database.execute("UPDATE knowledge_source SET value = 'false' WHERE entry = 1");
  }
  SECTION("its grade, by the commit that added it") {
    database.execute(
        "UPDATE knowledge_entry SET promoted_at = 0, promoted_by = 'alice', promote_reason = '', promotion = 'p',"
        " promoted_epoch = 3, promoted_seq = 1 WHERE number = 1");
  }
  SECTION("its grade, by another's promotion") {
    database.execute(
        "UPDATE knowledge_entry SET promoted_at = 0, promoted_by = 'bob', promote_reason = '', promotion = 'p',"
        " promoted_epoch = 3, promoted_seq = 3 WHERE number = 1");
  }
  SECTION("the marker of its promotion") {
    database.execute("UPDATE knowledge_entry SET promoted_epoch = 4 WHERE number = 2");
    changed = b;
  }
  SECTION("who promoted it") {
    database.execute("UPDATE knowledge_entry SET promoted_by = 'alice' WHERE number = 2");
    changed = b;
  }
  auto const facts = knowledge.learn(changed);
  REQUIRE(facts.has_error());
  CHECK(facts.error().code == ErrorCode::marker_unconfirmed);
  CHECK(knowledge.promote(changed).has_error());
  CHECK_FALSE(knowledge.gate_codes().empty());
}

}  // namespace
}  // namespace decapod::knowledge
