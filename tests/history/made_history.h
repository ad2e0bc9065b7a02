#pragma once
// Histories made by hand.

#include "item_model.h"

namespace decapod::history {

using ItemOperations = std::vector<Operation<ItemCall>>;

inline constexpr std::size_t kBudget = 1'000'000;

// One operation from `invoked` to `returned`, that was answered with success; the parts below change it.
inline Operation<ItemCall> did(Act act, Session caller, Time invoked, Time returned) {
  Operation<ItemCall> one{.call = {}, .invoked = invoked, .returned = returned};
  one.call.act = act;
  one.call.caller = caller;
  one.call.outcome = Outcome::ok;
  return one;
}

inline Operation<ItemCall> added(std::int64_t title, Time invoked, Time returned) {
  auto one = did(Act::add, 0, invoked, returned);
  one.call.title = title;
  return one;
}

inline Operation<ItemCall> renamed(Session caller, std::int64_t title, Time invoked, Time returned) {
  auto one = did(Act::rename, caller, invoked, returned);
  one.call.title = title;
  return one;
}

inline Operation<ItemCall> commented(Session caller, std::int64_t total, Time invoked, Time returned) {
  auto one = did(Act::comment, caller, invoked, returned);
  one.call.seen.comments = total;
  return one;
}

inline Operation<ItemCall> claimed(Session caller, std::int64_t token, LeaseNumber lease, Time invoked, Time returned) {
  auto one = did(Act::claim, caller, invoked, returned);
  one.call.lease = lease;
  one.call.seen.token = token;
  return one;
}

// Somebody else looks, who is no holder.
inline Operation<ItemCall> showed(std::int64_t title, std::int64_t comments, Time invoked, Time returned) {
  auto one = did(Act::show, 99, invoked, returned);
  one.call.seen.title = title;
  one.call.seen.comments = comments;
  return one;
}

inline Operation<ItemCall> refused(Operation<ItemCall> one, Refusal why) {
  one.call.outcome = Outcome::refused;
  one.call.refusal = why;
  one.call.seen = {};
  return one;
}

inline Operation<ItemCall> never_answered(Operation<ItemCall> one) {
  one.call = ItemModel::unanswered(one.call);
  one.returned = kNever;
  return one;
}

inline Operation<ItemCall> with_token(Operation<ItemCall> one, std::int64_t token) {
  one.call.token = token;
  return one;
}

inline Operation<ItemCall> lapsed(LeaseNumber lease, Time earliest, Time latest) {
  Operation<ItemCall> one{.call = {}, .invoked = earliest, .returned = latest};
  one.call.act = Act::lapse;
  one.call.lease = lease;
  return one;
}

inline Verdict judge(ItemOperations const& operations) {
  return check<ItemModel>({}, operations, kBudget);
}

}  // namespace decapod::history
