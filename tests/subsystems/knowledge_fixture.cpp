#include "knowledge_fixture.h"

#include <decapod/audit/chain.h>
#include <decapod/ledger/ledger.h>
#include <subsystem.h>

namespace decapod::knowledge::testing {

Knowledge::Knowledge() : HandlerStore(subsystem, ledger::schema()) {}

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

std::string Knowledge::commit(std::uint64_t epoch) {
  auto const sequence = static_cast<std::uint64_t>(count("SELECT coalesce(max(sequence), 0) + 1 FROM audit_mutation"));
  audit::Record record;
  record.epoch = epoch;
  record.commit_seq = sequence;
  database->execute("INSERT INTO audit_mutation VALUES (?, ?, x'00')", sequence, audit::canonical(record));
  return std::to_string(epoch) + '.' + std::to_string(sequence);
}

}  // namespace decapod::knowledge::testing
