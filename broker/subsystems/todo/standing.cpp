#include "standing.h"

#include <decapod/base/reflect.h>

#include "present.h"
#include "store_ids.h"

namespace decapod::todo {
namespace {

boost::json::object holder_facts(store::Item const& item) {
  boost::json::object facts{{"id", item.id}, {"status", to_text(item.status)}};
  if (!item.holding) return facts;
  facts.emplace("holder", item.holding->holder);
  if (item.holding->session) facts.emplace("session", *item.holding->session);
  facts.emplace("expires_at", to_string(item.holding->lease.wall));
  return facts;
}

std::string holder_words(store::Item const& item) {
  if (!item.holding) return item.id + " is " + std::string(to_text(item.status)) + ", and nobody holds it";
  return item.id + " is held by " + item.holding->holder;
}

// For whoever shows a token of a claim that ended, or of another item: it does not tell which.
std::string what_is_left(store::Item const& item, Caller const& caller, Instant const& now) {
  auto const show = "`decapod todo show " + item.id + "` ";
  if (item.holding && item.holding->holder == caller.actor)
    return "if it is your claim, it has another token by now: " + show + "prints it";
  bool const lapsed = item.holding && rules::has_ended(item.holding->lease, now);
  if (item.holding && !lapsed) {
    auto const& holder = item.holding->holder;
    return "if you had a claim, it ended, and the item is " + holder + "'s until " +
           to_string(item.holding->lease.wall) + ": ask " + holder +
           ", or claim it anew once it is free; `decapod todo next --claim` takes another item";
  }
  if (lapsed || item.status == Status::open)
    return "if you had a claim, it ended, and the item is free: `decapod todo claim " + item.id + "` takes it again";
  return "if you had a claim, it ended: " + show + "says what became of it";
}

Error stale(contract::Context& context, store::Item const& item, std::int64_t token) {
  if (token > store::last_token(context.store(), context.facts())) {
    auto error =
        fail(ErrorCode::stale_token, "token " + std::to_string(token) + " was never given out: " + holder_words(item),
             holder_facts(item));
    error.hint = item.holding ? "`decapod todo show " + item.id + "` tells its holder the token"
                              : "`decapod todo claim " + item.id + "` takes it, and prints its token";
    return error;
  }
  auto error =
      fail(ErrorCode::stale_token, "token " + std::to_string(token) + " is not the current one: " + holder_words(item),
           holder_facts(item));
  error.hint = what_is_left(item, context.caller(), context.now());
  return error;
}

// For whoever claimed it in another session, or in none: a terminal has none, so each command is one of its own.
std::string how_to_prove(store::Item const& item, rules::Move move) {
  return "if it is your claim: `decapod todo " + std::string(to_text(move)) + ' ' + item.id +
         " --token N`; `decapod todo show " + item.id + "` prints N";
}

}  // namespace

Error held_by(store::Item const& item, rules::Holding const& holding, Caller const& caller) {
  bool const own = rules::standing(holding, caller) == rules::Standing::other_session;
  auto error = fail(ErrorCode::held,
                    item.id + " is held by " + holding.holder + (own ? " in another session" : "") + " until " +
                        to_string(holding.lease.wall),
                    holder_facts(item));
  if (own) error.hint = how_to_prove(item, rules::Move::claim);
  return error;
}

Result<void> check_holder(contract::Context& context, store::Item const& item, std::optional<std::int64_t> token,
                          rules::Move move) {
  if (!rules::after(item.status, move) && !rules::is_live(item.status)) {
    return rules::refuse_move(item.id, item.status, move);
  }
  switch (rules::prove(item.held(), context.caller(), token)) {
    case rules::Proof::holds:
      return {};
    case rules::Proof::stale:
      return stale(context, item, *token);
    case rules::Proof::not_claimed:
      return rules::refuse_move(item.id, item.status, move);
    case rules::Proof::not_holder:
      break;
  }
  auto error = fail(ErrorCode::not_holder, holder_words(item), holder_facts(item));
  if (rules::standing(*item.held(), context.caller()) == rules::Standing::other_session) {
    error.message += " in another session";
    error.hint = how_to_prove(item, move);
  } else {
    auto const holding = item.held();
    error.message += " until " + to_string(holding->lease.wall);
    error.hint = "it is " + holding->holder + "'s by now: a claim of yours, if you had one, has ended; ask " +
                 holding->holder + ", or wait until it is free";
  }
  return error;
}

Result<void> check_token(contract::Context& context, store::Item const& item, std::optional<std::int64_t> token) {
  if (!token || rules::prove(item.held(), context.caller(), token) == rules::Proof::holds) return {};
  return stale(context, item, *token);
}

Result<std::vector<store::Waiting>> move_item(contract::Context& context, store::Item& item, rules::Move move,
                                              std::optional<std::string> reason) {
  auto const to = rules::after(item.status, move);
  if (!to) return rules::refuse_move(item.id, item.status, move);
  bool const was_live = rules::is_live(item.status);
  item.status = *to;
  item.updated_at = context.now().wall;
  if (*to != Status::claimed) item.holding.reset();
  if (move == rules::Move::done) {
    item.done_at = context.now().wall;
    item.done_by = context.caller().actor;
    item.reason = std::move(reason);
  } else if (move == rules::Move::reopen) {
    item.done_at.reset();
    item.done_by.reset();
    item.reason.reset();
  }
  store::save_standing(context.store(), item);
  context.affects(item_key(item.id));

  std::vector<store::Waiting> waiting;
  if (was_live == rules::is_live(item.status)) return waiting;
  waiting = store::count_blocker(context.store(), item.number, was_live ? -1 : 1);
  for (auto const& one : waiting) context.affects(item_key(one.id));
  return waiting;
}

void say(contract::Context& context, store::Item const& item, std::string text) {
  store::add_comment(context.store(), item.number, {context.now().wall, context.caller().actor, std::move(text)});
}

}  // namespace decapod::todo
