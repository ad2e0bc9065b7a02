#pragma once
// A backlog in a scratch folder.

#include <handlers.h>

#include "handler_store.h"

namespace decapod::todo::testing {

using test::caller;

class Backlog : public test::HandlerStore {
 public:
  explicit Backlog(std::string store_uuid = "00000000-0000-4000-8000-000000000001");

  std::string add(std::string title, int priority = kPriorityDefault);
  std::int64_t claim(std::string const& id, Caller const& who);  // the token
  void finish(std::string const& id);                            // claims and finishes it, as "finisher"
  ItemView show(std::string const& id, Caller const& who = caller("alice", "s1"));
  std::string exported();  // JSON Lines

  void index();  // all that is left, as when it is quiet
  // A search as the engine asks, of an index that is not written to.
  Result<SearchReply> found(Search const& request);

  // After items were changed beside the verbs: what the tally then ought to say.
  void tally_anew();
  void reboot();  // another boot id; the boot clock starts anew
};

}  // namespace decapod::todo::testing
