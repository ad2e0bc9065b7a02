#include "handlers.h"
#include "present.h"
#include "standing.h"
#include "store_claims.h"
#include "store_ids.h"

namespace decapod::todo {
namespace {

constexpr std::int64_t kBlockersShown = 20;

Error refuse_blocked(contract::Context& context, store::Item const& item) {
  auto const blockers = store::open_blockers(context.store(), item.number, kBlockersShown);
  boost::json::array ids;
  std::string words;
  for (auto const& id : blockers) {
    ids.emplace_back(id);
    if (!words.empty()) words += ", ";
    words += id;
  }
  return fail(ErrorCode::blocked, item.id + " has to wait for " + words,
              {{"id", item.id}, {"open_blockers", item.open_blockers}, {"blockers", std::move(ids)}});
}

// Gives the item to the caller: a new token, a new lease.
Result<void> take(contract::Context& context, store::Item& item, Millis lease) {
  item.token = store::next_token(context.store(), context.facts());
  item.holding = rules::Holding{.holder = context.caller().actor,
                                .session = context.caller().session,
                                .token = item.token,
                                .claimed_at = context.now().wall,
                                .lease = rules::lease_from(context.now(), lease)};
  DECAPOD_CHECK(move_item(context, item, rules::Move::claim));
  return {};
}

// What stands between the caller and work, so that a loop knows whether to end or to come back.
Error nothing_ready(contract::Context& context, store::ReadyFilter const& filter) {
  if (!filter.is_empty() && !store::ready(context.store(), {}, context.now(), 1).empty()) {
    auto error = fail(ErrorCode::not_found, "nothing that is ready is what was asked for", {{"matching", 0}});
    error.hint = "`decapod todo ready` shows what is ready beside it";
    return error;
  }
  auto const [blocked, claimed, deferred] = store::not_ready(context.store());
  auto error = fail(ErrorCode::not_found,
                    "nothing is ready: " + std::to_string(blocked) + " blocked, " + std::to_string(claimed) +
                        " claimed, " + std::to_string(deferred) + " deferred",
                    {{"ready", 0}, {"blocked", blocked}, {"claimed", claimed}, {"deferred", deferred}});
  error.hint = blocked + claimed + deferred == 0 ? "`decapod todo add` adds work"
                                                 : "come back when something was finished, or `decapod todo list`";
  return error;
}

// What was handed to the caller, else what is ready.
template <class Asked>
Result<store::Item> best_for_caller(contract::Context& context, Asked const& request) {
  store::ReadyFilter filter{.type = request.type, .label = request.label, .priority = request.priority};
  if (request.parent) {
    DECAPOD_TRY(auto const parent, store::resolve(context.store(), *request.parent));
    filter.parent = parent.number;
  }
  auto best = store::handed_over(context.store(), context.caller().actor, filter, context.now(), 1);
  if (best.empty()) best = store::ready(context.store(), filter, context.now(), 1);
  if (best.empty()) return nothing_ready(context, filter);
  return std::move(best.front());
}

}  // namespace

Result<ClaimReply> claim(contract::Context& context, Claim const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  if (!rules::is_live(item.status)) return rules::refuse_move(item.id, item.status, rules::Move::claim);
  DECAPOD_CHECK(check_token(context, item, request.token));
  ClaimReply reply;
  switch (rules::may_claim(item.held(), item.open_blockers, request.force, context.caller(), request.token,
                           context.now())) {
    case rules::ClaimVerdict::held:
      return held_by(item, *item.held(), context.caller());
    case rules::ClaimVerdict::blocked:
      return refuse_blocked(context, item);
    case rules::ClaimVerdict::already:
      reply.already = Already::yes;
      break;
    case rules::ClaimVerdict::fresh:
      DECAPOD_CHECK(take(context, item, request.lease_ms));
      break;
  }
  reply.item = brief(item, context.now());
  reply.token = item.token;
  reply.expires_at = item.holding->lease.wall;
  return reply;
}

Result<NextReply> next(contract::Context& context, Next const& request) {
  if (request.claim == Take::no && request.lease_ms != kLeaseDefault) {
    auto error =
        fail(ErrorCode::bad_request, "a lease is part of a claim: --lease needs --claim", {{"field", "claim"}});
    error.hint = "add --claim to take the item; without --lease it is only shown";
    return error;
  }
  store::wake(context.store(), context.now().wall);
  DECAPOD_TRY(auto item, best_for_caller(context, request));
  NextReply reply;
  if (request.claim == Take::yes) {
    DECAPOD_CHECK(take(context, item, request.lease_ms));
    reply.token = item.token;
    reply.expires_at = item.holding->lease.wall;
  }
  reply.item = brief(item, context.now());
  return reply;
}

Result<NextReply> peek(contract::Context& context, Peek const& request) {
  DECAPOD_TRY(auto const item, best_for_caller(context, request));
  return NextReply{.item = brief(item, context.now())};
}

Result<RenewReply> renew(contract::Context& context, Renew const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(check_holder(context, item, request.token, rules::Move::renew));
  item.holding->lease = rules::lease_from(context.now(), request.lease_ms);
  DECAPOD_CHECK(move_item(context, item, rules::Move::renew));
  return RenewReply{item.id, item.token, item.holding->lease.wall};
}

Result<ItemReply> release(contract::Context& context, Release const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(check_holder(context, item, request.token, rules::Move::release));
  DECAPOD_CHECK(move_item(context, item, rules::Move::release));
  if (request.reason) say(context, item, "Released: " + *request.reason);
  return ItemReply{.item = brief(item, context.now())};
}

Result<HandoffReply> handoff(contract::Context& context, Handoff const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(check_holder(context, item, request.token, rules::Move::handoff));
  item.token = store::next_token(context.store(), context.facts());
  item.holding = rules::Holding{.holder = request.to,
                                .session = std::nullopt,
                                .token = item.token,
                                .claimed_at = context.now().wall,
                                .lease = rules::lease_from(context.now(), request.lease_ms)};
  DECAPOD_CHECK(move_item(context, item, rules::Move::handoff));
  say(context, item, "Handed over to " + request.to + ": " + request.summary);
  return HandoffReply{brief(item, context.now()), item.holding->lease.wall};
}

Result<ReclaimReply> reclaim(contract::Context& context, Reclaim const& request) {
  std::vector<store::Item> lapsed;
  if (request.id) {
    DECAPOD_TRY(auto item, store::resolve(context.store(), *request.id));
    if (item.status != Status::claimed) {
      auto error = rules::refuse_move(item.id, item.status, rules::Move::release);
      error.message = item.id + " is " + std::string(to_text(item.status)) + ": there is no claim to take back";
      return error;
    }
    if (claim_in_force(item, context.now()) != nullptr) {
      auto error = held_by(item, *item.held(), context.caller());
      error.hint =
          "a claim is taken back when its lease has ended; before that its holder lets go: `decapod todo release`";
      return error;
    }
    lapsed.push_back(std::move(item));
  } else if (request.expired == Expired::yes) {
    lapsed = store::expired(context.store(), context.now(), request.limit + 1);
  } else {
    auto error = fail(ErrorCode::bad_request, "say which item, or --expired for all whose lease has ended");
    error.hint = "`decapod todo reclaim --expired`, or `decapod todo reclaim ID`";
    return error;
  }
  ReclaimReply reply;
  for (auto& item : lapsed) {
    if (static_cast<std::int64_t>(reply.items.size()) == request.limit) {
      reply.truncated = Truncated::yes;
      break;
    }
    reply.items.push_back({item.id, item.holding->holder, item.holding->lease.wall});
    DECAPOD_CHECK(move_item(context, item, rules::Move::release));
  }
  return reply;
}

}  // namespace decapod::todo
