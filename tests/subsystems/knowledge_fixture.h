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
  // A mutation in the trail; its marker.
  std::string commit(std::uint64_t epoch);
};

}  // namespace decapod::knowledge::testing
