// What other subsystems learn about an item through the contract.
#include <subsystem.h>

#include "todo_fixture.h"

using namespace decapod;
using namespace decapod::todo;
using namespace decapod::todo::testing;
using contract::WorkStatus;

namespace {

// Asked as another subsystem asks: it knows the contract and none of the tables.
Result<contract::WorkFacts> ask(Backlog& backlog, std::string_view id, Caller const& who = caller("bob", "s2")) {
  contract::Subsystem const* const known[] = {&subsystem};
  contract::Context context(*backlog.database, who, backlog.now, "request", backlog.facts,
                            contract::Subsystems::used(known));
  return contract::work_facts(context, id);
}

}  // namespace

TEST_CASE("others learn of an item what its own verbs show, at every place where it can stand") {
  Backlog backlog;
  auto const id = backlog.ask(&todo::add, Add{.title = "sign the release", .label = {"risk:high", "docs"}})->item.id;
  auto const open = ask(backlog, id);
  REQUIRE(open);
  CHECK(open->title == "sign the release");
  CHECK(open->labels == std::vector<std::string>{"docs", "risk:high"});
  CHECK(open->status == WorkStatus::open);
  CHECK_FALSE(open->holder);

  auto const token = backlog.claim(id, caller("alice", "s1"));
  auto const held = ask(backlog, id);
  REQUIRE(held);
  CHECK(held->status == WorkStatus::held);
  REQUIRE(held->holder);
  CHECK(held->holder->actor == "alice");
  CHECK(held->holder->session == "s1");
  CHECK(held->holder->token == token);
  CHECK(held->holder->until > backlog.now.wall);

  REQUIRE(backlog.ask(&todo::done, Done{.id = id}));
  CHECK(ask(backlog, id)->status == WorkStatus::finished);
  CHECK_FALSE(ask(backlog, id)->holder);
  REQUIRE(backlog.ask(&todo::archive, Archive{.id = id}));
  CHECK(ask(backlog, id)->status == WorkStatus::put_away);
}

TEST_CASE("a lease that has ended leaves no holder, and until says when that will be") {
  Backlog backlog;
  auto const id = backlog.add("left behind");
  backlog.claim(id, caller("alice", "s1"));
  auto const until = ask(backlog, id)->holder->until;
  backlog.pass(until - backlog.now.wall - Millis(1));
  CHECK(ask(backlog, id)->status == WorkStatus::held);
  backlog.pass(Millis(1));
  CHECK(ask(backlog, id)->status == WorkStatus::open);
  CHECK_FALSE(ask(backlog, id)->holder);
}

TEST_CASE("work is found by a prefix, named by its whole id, and unknown work is no work") {
  Backlog backlog;
  auto const id = backlog.add("only one");
  CHECK(ask(backlog, id.substr(2))->id == id);
  CHECK(ask(backlog, "t-none").error().code == ErrorCode::not_found);
  CHECK(ask(backlog, "../t-none").error().code == ErrorCode::not_found);
  contract::Context alone(*backlog.database, caller("bob", "s2"), backlog.now, "request", backlog.facts, {});
  CHECK(contract::work_facts(alone, id).error().code == ErrorCode::not_found);
}
