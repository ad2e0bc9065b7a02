#include "item_model.h"

#include <array>

namespace decapod::history {
namespace {

using Next = std::optional<ItemState>;

bool in_force(ItemState const& state) {
  return state.standing == Standing::claimed && state.ended == Ended::no;
}

bool is_live(ItemState const& state) {
  return state.standing == Standing::open || state.standing == Standing::claimed;
}

// Tokens only grow; one that nobody was told yet can be any that is greater than those told before.
bool may_be_token(ItemState const& state, std::int64_t token) {
  return state.token != 0 ? token == state.token : token > state.latest_token;
}

void learn_token(ItemState& state, std::int64_t token) {
  state.token = token;
  state.latest_token = std::max(state.latest_token, token);
}

bool says(Seen const& seen, ItemState const& state) {
  if (seen.title >= 0 && seen.title != state.title) return false;
  if (seen.comments >= 0 && seen.comments != state.comments) return false;
  if (seen.standing == Standing::absent) return true;
  bool const held = in_force(state);
  auto const shown = state.standing == Standing::claimed && !held ? Standing::open : state.standing;
  return seen.standing == shown && seen.holder == (held ? actor_of(state.holder) : kNobody);
}

Next refused(ItemState const& state, ItemCall const& call, Refusal why) {
  return call.outcome == Outcome::refused && call.refusal == why ? Next(state) : std::nullopt;
}

// `next` is what a correct object makes of it; the answer has to agree.
Next done(ItemState next, ItemCall const& call) {
  if (call.outcome == Outcome::unknown) return next;
  return call.outcome == Outcome::ok && says(call.seen, next) ? Next(next) : std::nullopt;
}

void let_go(ItemState& state, Standing standing) {
  state.standing = standing;
  state.holder = kNobody;
  state.token = 0;
  state.lease = 0;
  state.ended = Ended::no;
}

// The token that was passed, or the session, against the claim. nullopt: it holds.
struct Judged {
  std::optional<Refusal> refusal;
  ItemState state;  // with what the answer gives away about the token
};

Judged judge_token(ItemState const& state, ItemCall const& call) {
  Judged judged{std::nullopt, state};
  bool const possible = state.standing == Standing::claimed && may_be_token(state, call.token);
  // Whether an untold token is the one that was passed is known from the answer only.
  bool const untold = state.token == 0 && call.outcome == Outcome::refused;
  if (!possible || untold)
    judged.refusal = Refusal::stale_token;
  else
    learn_token(judged.state, call.token);
  return judged;
}

Judged judge_holder(ItemState const& state, ItemCall const& call) {
  if (!is_live(state)) return {Refusal::bad_transition, state};
  if (call.token != 0) return judge_token(state, call);
  if (state.standing != Standing::claimed) return {Refusal::bad_transition, state};
  if (state.holder != call.caller) return {Refusal::not_holder, state};
  return {std::nullopt, state};
}

Next take(ItemState state, ItemCall const& call) {
  let_go(state, Standing::claimed);
  state.holder = call.caller;
  state.lease = call.lease;
  if (call.outcome == Outcome::ok) {
    if (call.seen.already == Already::yes || call.seen.token <= state.latest_token) return std::nullopt;
    learn_token(state, call.seen.token);
  }
  return done(state, call);
}

Next claim(ItemState state, ItemCall const& call) {
  if (!is_live(state)) return refused(state, call, Refusal::bad_transition);
  if (call.token != 0) {
    auto judged = judge_token(state, call);
    if (judged.refusal) return refused(state, call, *judged.refusal);
    state = judged.state;
  }
  if (!in_force(state)) return take(state, call);
  if (state.holder != call.caller && call.token == 0) return refused(state, call, Refusal::held);
  if (call.outcome == Outcome::ok) {
    if (call.seen.already == Already::no || !may_be_token(state, call.seen.token)) return std::nullopt;
    learn_token(state, call.seen.token);
  }
  return done(state, call);
}

Next renew(ItemState const& state, ItemCall const& call) {
  auto judged = judge_holder(state, call);
  if (judged.refusal) return refused(state, call, *judged.refusal);
  auto& next = judged.state;
  if (call.outcome == Outcome::ok) {
    if (!may_be_token(next, call.seen.token)) return std::nullopt;
    learn_token(next, call.seen.token);
  }
  next.lease = call.lease;
  next.ended = Ended::no;
  return done(next, call);
}

Next give_up(ItemState const& state, ItemCall const& call, Standing standing) {
  auto judged = judge_holder(state, call);
  if (judged.refusal) return refused(state, call, *judged.refusal);
  let_go(judged.state, standing);
  return done(judged.state, call);
}

Next move(ItemState state, ItemCall const& call, Standing to, bool allowed) {
  if (!allowed) return refused(state, call, Refusal::bad_transition);
  state.standing = to;
  return done(state, call);
}

Next change(ItemState const& state, ItemCall const& call) {
  auto judged = call.token != 0 ? judge_token(state, call) : Judged{std::nullopt, state};
  if (judged.refusal) return refused(state, call, *judged.refusal);
  if (call.act == Act::comment) {
    ++judged.state.comments;
  } else {
    bool const other = judged.state.title != call.title;
    if (call.outcome == Outcome::ok && other != (call.seen.changed == Changed::yes)) return std::nullopt;
    judged.state.title = call.title;
  }
  return done(judged.state, call);
}

Next show(ItemState state, ItemCall const& call) {
  auto const& seen = call.seen;
  auto const holder = state.standing == Standing::claimed ? state.holder : kNobody;
  if (seen.session != holder || seen.ended != state.ended) return std::nullopt;
  // The holder is told in any session of theirs, nobody else is.
  bool const told = holder != kNobody && actor_of(holder) == actor_of(call.caller);
  if (told != (seen.token != 0)) return std::nullopt;
  if (told) {
    if (!may_be_token(state, seen.token)) return std::nullopt;
    learn_token(state, seen.token);
  }
  return done(state, call);
}

Next lapse(ItemState state, ItemCall const& call) {
  if (state.standing == Standing::claimed && state.lease == call.lease) state.ended = Ended::yes;
  return state;
}

constexpr std::array kActs = {"add",     "show",   "rename", "comment", "claim", "renew",
                              "release", "finish", "reopen", "archive", "lapse"};
constexpr std::array kStandings = {"absent", "open", "claimed", "done", "archived"};
constexpr std::array kRefusals = {"", "NOT_FOUND", "BAD_TRANSITION", "HELD", "NOT_HOLDER", "STALE_TOKEN"};

template <class Names, class Value>
char const* name(Names const& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

void tell(std::string& text, char const* what, std::int64_t value, std::int64_t silent) {
  if (value != silent) text += std::string(" ") + what + ' ' + std::to_string(value);
}

}  // namespace

std::optional<ItemState> ItemModel::step(ItemState const& state, ItemCall const& call) {
  if (call.act == Act::lapse) return lapse(state, call);
  if (call.act == Act::add) {
    if (state.standing != Standing::absent) return std::nullopt;
    ItemState added;
    added.standing = Standing::open;
    added.title = call.title;
    return done(added, call);
  }
  if (state.standing == Standing::absent) return refused(state, call, Refusal::not_found);
  switch (call.act) {
    case Act::show:
      return show(state, call);
    case Act::rename:
    case Act::comment:
      return change(state, call);
    case Act::claim:
      return claim(state, call);
    case Act::renew:
      return renew(state, call);
    case Act::release:
      return give_up(state, call, Standing::open);
    case Act::finish:
      return give_up(state, call, Standing::done);
    case Act::reopen:
      return move(state, call, Standing::open,
                  state.standing == Standing::done || state.standing == Standing::archived);
    case Act::archive:
      return move(state, call, Standing::archived, state.standing == Standing::done);
    case Act::add:
    case Act::lapse:
      break;
  }
  return std::nullopt;
}

std::uint64_t ItemModel::digest(ItemState const& state) {
  std::uint64_t digest = 0;
  auto const mix = [&digest](auto value) {
    digest = (digest ^ static_cast<std::uint64_t>(value)) * 0x100000001b3U + 0x9e3779b9U;
  };
  mix(state.standing);
  mix(state.title);
  mix(state.comments);
  mix(state.holder);
  mix(state.token);
  mix(state.latest_token);
  mix(state.lease);
  mix(state.ended);
  return digest;
}

ItemCall ItemModel::unanswered(ItemCall call) {
  // A lapse answers nothing: it is known from the claim.
  if (call.act == Act::lapse) return call;
  call.outcome = Outcome::unknown;
  call.refusal = Refusal::none;
  call.seen = {};
  return call;
}

std::string to_string(ItemState const& state) {
  std::string text = name(kStandings, state.standing);
  tell(text, "title", state.title, 0);
  tell(text, "comments", state.comments, -1);
  tell(text, "held by session", state.holder, kNobody);
  tell(text, "token", state.token, 0);
  if (state.ended == Ended::yes) text += " (lease ended)";
  return text;
}

std::string to_string(ItemCall const& call) {
  std::string text = name(kActs, call.act);
  tell(text, "by session", call.caller, kNobody);
  tell(text, "title", call.title, 0);
  tell(text, "with token", call.token, 0);
  tell(text, "lease", call.lease, 0);
  if (call.act == Act::lapse) return text;
  if (call.outcome == Outcome::unknown) return text + " -> no answer";
  if (call.outcome == Outcome::refused) return text + " -> " + name(kRefusals, call.refusal);
  text += " ->";
  if (call.seen.standing != Standing::absent) text += std::string(" ") + name(kStandings, call.seen.standing);
  tell(text, "title", call.seen.title, -1);
  tell(text, "comments", call.seen.comments, -1);
  tell(text, "holder", call.seen.holder, kNobody);
  tell(text, "session", call.seen.session, kNobody);
  tell(text, "token", call.seen.token, 0);
  if (call.seen.ended == Ended::yes) text += " lease ended";
  if (call.act == Act::claim && call.seen.already == Already::yes) text += " already";
  if (call.act == Act::rename && call.seen.changed == Changed::no) text += " unchanged";
  return text;
}

}  // namespace decapod::history
