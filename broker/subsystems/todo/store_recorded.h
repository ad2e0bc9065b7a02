#pragma once
// Where items have to stand, as far as the trail of mutations tells it.

#include <decapod/contract/context.h>
#include <decapod/todo/vocabulary.h>

#include <map>
#include <optional>
#include <string>

namespace decapod::todo::store {

// What a row of todo_item must say. A member without a value is one that the trail does not tell: nothing can be held
// against it.
struct RecordedStanding {
  std::optional<Status> status;
  std::optional<std::string> holder;   // of a claimed item; not told of a hand-over whose reply is no longer kept
  std::optional<std::string> session;  // of a claimed item; "" = handed over, and not taken up yet
  std::optional<std::string> done_by;  // of a done item
  std::int64_t token = 0;              // of the latest claim or hand-over
  std::uint64_t sequence = 0;          // the mutation that says so
};

// By id. Reads every mutation once, in order. A record that cannot be read is left out: that is the chain's question.
std::map<std::string, RecordedStanding> recorded_standings(storage::Database& database);

}  // namespace decapod::todo::store
