#include <decapod/lookup/ids.h>

#include "handlers.h"
#include "liveness.h"
#include "present.h"

namespace decapod::knowledge {
namespace {

Result<store::Entry> find(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kEntries, id));
  return *store::find(context.store(), number);
}

store::Deed deed(contract::Context& context, std::string const& reason) {
  return {context.now().wall, context.caller().actor, reason};
}

Error circle(store::Entry const& older, store::Entry const& newer) {
  auto error = fail(ErrorCode::link_cycle,
                    older.number == newer.number ? older.id + " cannot supersede itself"
                                                 : newer.id + " is superseded by " + older.id + " already",
                    {{"id", older.id}, {"by", newer.id}});
  error.hint = "an older entry is superseded by a newer one; add a new entry to go back to what an old one says";
  return error;
}

}  // namespace

Result<SupersedeReply> supersede(contract::Context& context, Supersede const& request) {
  DECAPOD_TRY(auto older, find(context, request.id));
  DECAPOD_TRY(auto const newer, find(context, request.by));
  auto const chain = rules::follow(newer.number, older.number,
                                   [&](std::int64_t number) { return store::successor_of(context.store(), number); });
  if (chain.way == rules::Chain::Way::meets) return circle(older, newer);
  DECAPOD_CHECK(check_live(context, older));
  // One that is live has no successor, so no circle is closed however long the chain.
  DECAPOD_CHECK(check_live(context, newer));
  older.successor = newer.number;
  older.superseded = deed(context, request.reason);
  store::save(context.store(), older);
  context.affects(store::entry_key(older.id));
  context.affects(store::entry_key(newer.id));
  auto const now = context.now().wall;
  return SupersedeReply{brief(context.store(), older, now), brief(context.store(), newer, now)};
}

Result<EntryReply> expire(contract::Context& context, Expire const& request) {
  DECAPOD_TRY(auto entry, find(context, request.id));
  DECAPOD_CHECK(check_live(context, entry));
  auto const now = context.now().wall;
  if (request.at && *request.at < now) {
    auto error = fail(ErrorCode::bad_request, to_string(*request.at) + " is past", {{"field", "at"}});
    error.hint = "leave --at out, and it expires now";
    return error;
  }
  entry.expires_at = request.at.value_or(now);
  entry.expiry = deed(context, request.reason);
  store::save(context.store(), entry);
  context.affects(store::entry_key(entry.id));
  return EntryReply{brief(context.store(), entry, now)};
}

}  // namespace decapod::knowledge
