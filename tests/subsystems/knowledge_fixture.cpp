#include "knowledge_fixture.h"

#include <subsystem.h>

namespace decapod::knowledge::testing {

Knowledge::Knowledge() : HandlerStore(subsystem) {}

std::string Knowledge::add(std::string title, std::string body) {
  auto const reply =
      ask(&knowledge::add, Add{.title = std::move(title), .body = std::move(body), .provenance = {"command:true"}});
  REQUIRE(reply);
  return reply->entry.id;
}

EntryView Knowledge::show(std::string const& id) {
  auto const reply = ask(&knowledge::show, Show{.id = id});
  REQUIRE(reply);
  return reply->entry;
}

Result<void> Knowledge::promote(std::string const& id, Caller const& who) {
  auto const entry = show(id);
  return within(who, [&](contract::Context& context) {
    return contract::promote_knowledge(context, {entry.id, entry.digest, "p-1", "held for a month"});
  });
}

Result<contract::KnowledgeFacts> Knowledge::learn(std::string const& id) {
  return within(caller("alice", "s1"),
                [&](contract::Context& context) { return contract::knowledge_facts(context, id); });
}

}  // namespace decapod::knowledge::testing
