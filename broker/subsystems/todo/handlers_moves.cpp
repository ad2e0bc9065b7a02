#include "handlers.h"
#include "present.h"
#include "standing.h"
#include "store_ids.h"

namespace decapod::todo {
namespace {

constexpr std::size_t kUnblockedShown = 50;

// `archive` of what is not done: the moves that lead there, as they are typed.
Error not_done(store::Item const& item) {
  auto error = rules::refuse_move(item.id, item.status, rules::Move::archive);
  auto const claim = "`decapod todo claim " + item.id + (item.open_blockers > 0 ? " --force" : "") + "`, then ";
  error.hint = "finish it first: " + (item.status == Status::open ? claim : "") + "`decapod todo done " + item.id + '`';
  return error;
}

}  // namespace

Result<DoneReply> done(contract::Context& context, Done const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(check_holder(context, item, request.token, rules::Move::done));
  DECAPOD_TRY(auto const waiting, move_item(context, item, rules::Move::done, request.reason));
  DoneReply reply{.item = brief(item, context.now())};
  for (auto const& one : waiting) {
    if (one.open_blockers > 0) continue;
    ++reply.unblocked_total;
    if (reply.unblocked.size() < kUnblockedShown) reply.unblocked.push_back(one.id);
  }
  return reply;
}

Result<ItemReply> reopen(contract::Context& context, Reopen const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(move_item(context, item, rules::Move::reopen));
  if (request.reason) say(context, item, "Reopened: " + *request.reason);
  return ItemReply{.item = brief(item, context.now())};
}

Result<ItemReply> archive(contract::Context& context, Archive const& request) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  if (rules::is_live(item.status)) return not_done(item);
  DECAPOD_CHECK(move_item(context, item, rules::Move::archive));
  return ItemReply{.item = brief(item, context.now())};
}

}  // namespace decapod::todo
