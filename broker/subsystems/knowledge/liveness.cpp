#include "liveness.h"

#include <decapod/base/reflect.h>

namespace decapod::knowledge {
namespace {

// Where a superseded entry's chain ends, if it can be followed.
std::optional<std::string> current(contract::Context& context, store::Entry const& entry) {
  auto const chain = rules::follow(entry.number, std::nullopt,
                                   [&](std::int64_t number) { return store::successor_of(context.store(), number); });
  if (chain.way != rules::Chain::Way::ends) return std::nullopt;
  return store::id_of(context.store(), chain.end);
}

}  // namespace

Result<void> check_live(contract::Context& context, store::Entry const& entry) {
  auto const state = rules::state_of(entry.standing(), context.now().wall);
  if (state == State::live) return {};
  boost::json::object facts{{"id", entry.id}, {"state", to_text(state)}};
  if (state == State::expired) {
    auto error = fail(ErrorCode::bad_transition, entry.id + " expired at " + to_string(*entry.expires_at), facts);
    error.hint = "what holds again is added again: `decapod knowledge add`";
    return error;
  }
  auto const by = store::id_of(context.store(), *entry.successor);
  facts["superseded_by"] = by;
  auto const end = current(context, entry);
  if (end) facts["current"] = *end;
  auto error = fail(ErrorCode::bad_transition, entry.id + " is superseded by " + by, facts);
  error.hint = "take the entry at the end of its chain: " + end.value_or(by);
  return error;
}

}  // namespace decapod::knowledge
