#pragma once
// What is known, in a scratch folder.

#include <handlers.h>

#include "handler_store.h"

namespace decapod::knowledge::testing {

using test::caller;

class Knowledge : public test::HandlerStore {
 public:
  Knowledge();

  // An entry that rests on a command; its id.
  std::string add(std::string title, std::string body = "a body");
  EntryView show(std::string const& id);
  // Inside of a request by `who` that does nothing else.
  Result<void> promote(std::string const& id, Caller const& who = caller("alice", "s1"));
  Result<contract::KnowledgeFacts> learn(std::string const& id);
};

}  // namespace decapod::knowledge::testing
