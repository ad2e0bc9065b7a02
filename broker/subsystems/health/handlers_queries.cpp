#include <decapod/base/reflect.h>
#include <decapod/lookup/cursor.h>
#include <decapod/lookup/ids.h>

#include "handlers.h"
#include "present.h"

namespace decapod::health {
namespace {

constexpr std::int64_t kActorsShown = 50;

// A proof grows old without anybody writing: the reply is true until one that it looked at does.
void holds_until(contract::Context& context, store::Claim const& claim) {
  if (auto const stale_at = claim.worth(context.now().wall).stale_at) context.valid_until(*stale_at);
}

bool is_wanted(List const& request, store::Claim const& claim, Timestamp now) {
  if (request.all == All::no && claim.retracted_at) return false;
  return !request.state || claim.worth(now).state == *request.state;
}

}  // namespace

Result<ShowReply> show(contract::Context& context, Show const& request) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kClaims, request.id));
  auto const claim = *store::find(context.store(), number);
  holds_until(context, claim);
  return ShowReply{whole(context.store(), claim, request.proofs, context.now().wall)};
}

Result<ListReply> list(contract::Context& context, List const& request) {
  store::Range range{.before = store::kNewest, .actor = request.by, .subject = request.subject};
  auto const filters = lookup::filters_of(request);
  if (request.cursor) {
    DECAPOD_TRY(range.before, lookup::from_cursor(filters, *request.cursor));
  }
  auto const now = context.now().wall;
  auto end = store::end_of_stretch(context.store(), range.before);
  range.from = end.value_or(0);
  ListReply reply;
  std::int64_t last = 0;
  store::each(context.store(), range, [&](store::Claim const& claim) {
    holds_until(context, claim);
    if (!is_wanted(request, claim, now)) return store::Go::on;
    if (static_cast<std::int64_t>(reply.claims.size()) == request.limit) {
      end = last;
      return store::Go::stop;
    }
    reply.claims.push_back(brief(claim, now));
    last = claim.number;
    return store::Go::on;
  });
  if (end) {
    reply.truncated = Truncated::yes;
    reply.next_cursor = lookup::to_cursor(filters, *end);
  }
  return reply;
}

Result<SummaryReply> summary(contract::Context& context, Summary const& /*request*/) {
  auto const now = context.now().wall;
  SummaryReply reply;
  for (auto const name : reflect::enum_views<State>) reply.by_state[std::string(name)] = 0;
  store::each(context.store(), {.before = store::kNewest}, [&](store::Claim const& claim) {
    if (claim.retracted_at) {
      ++reply.retracted;
    } else {
      ++reply.claims;
      ++reply.by_state[std::string(to_text(claim.worth(now).state))];
    }
    return store::Go::on;
  });
  auto actors = store::actors(context.store(), kActorsShown + 1);
  if (static_cast<std::int64_t>(actors.size()) > kActorsShown) {
    actors.pop_back();
    reply.truncated = Truncated::yes;
  }
  for (auto const& actor : actors) reply.actors.push_back(store::standing_of(context.store(), actor, now).standing);
  return reply;
}

Result<AutonomyReply> autonomy(contract::Context& context, AutonomyOf const& request) {
  auto const& who = request.of ? *request.of : context.caller().actor;
  auto judged = store::standing_of(context.store(), who, context.now().wall);
  if (judged.until) context.valid_until(*judged.until);
  return AutonomyReply{std::move(judged.standing)};
}

}  // namespace decapod::health
