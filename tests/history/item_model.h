#pragma once
// What one item promises: title, comments, state, and who holds it with which token until when. Written from the
// documented rules (README of broker/subsystems/todo), not from the code.

#include "linearizability.h"

#include <string>

namespace decapod::history {

enum class Act : std::uint8_t {
  add,
  show,
  rename,
  comment,
  claim,
  renew,
  release,
  finish,
  reopen,
  archive,
  lapse,  // nobody asks for it: a lease ends
};

enum class Standing : std::uint8_t { absent, open, claimed, done, archived };

enum class Outcome : std::uint8_t { ok, refused, unknown };
enum class Refusal : std::uint8_t { none, not_found, bad_transition, held, not_holder, stale_token };

enum class Holds : std::uint8_t { nobody, holder };
enum class Ended : std::uint8_t { no, yes };
enum class Already : std::uint8_t { no, yes };
enum class Changed : std::uint8_t { no, yes };

// A session of an actor; two sessions belong to each actor.
using Session = int;
inline constexpr Session kNobody = -1;
constexpr int actor_of(Session session) {
  return session < 0 ? kNobody : session / 2;
}

// What an answer says of the item.
struct Seen {
  std::int64_t title = -1;               // -1: it does not say
  std::int64_t comments = -1;            // -1: it does not say
  Standing standing = Standing::absent;  // absent: it does not say
  int holder = kNobody;                  // the actor of a claim in force
  Session session = kNobody;             // `show` only
  Ended ended = Ended::no;               // `show` only: the claim is there, its lease has ended
  std::int64_t token = 0;                // 0: it does not say
  Already already = Already::no;
  Changed changed = Changed::yes;  // rename
  friend bool operator==(Seen const&, Seen const&) = default;
};

// A lease has the number of the claim or renewal that it comes from.
using LeaseNumber = std::uint32_t;

struct ItemCall {
  Act act = Act::show;
  Session caller = kNobody;
  std::int64_t title = 0;  // add, rename
  std::int64_t token = 0;  // what the caller passed; 0: none
  LeaseNumber lease = 0;   // claim, renew: the one that it begins; lapse: the one that ends
  Outcome outcome = Outcome::unknown;
  Refusal refusal = Refusal::none;
  Seen seen;
};

struct ItemState {
  Standing standing = Standing::absent;
  std::int64_t title = 0;
  std::int64_t comments = 0;
  Session holder = kNobody;
  std::int64_t token = 0;         // 0 while held: nobody has been told yet
  std::int64_t latest_token = 0;  // that somebody was told
  LeaseNumber lease = 0;
  Ended ended = Ended::no;
  friend bool operator==(ItemState const&, ItemState const&) = default;
};

struct ItemModel {
  using State = ItemState;
  using Call = ItemCall;
  static std::optional<ItemState> step(ItemState const& state, ItemCall const& call);
  static std::uint64_t digest(ItemState const& state);
  static bool observes(ItemCall const& call) { return call.act == Act::show || call.outcome == Outcome::refused; }
  static ItemCall unanswered(ItemCall call);
};

// In one line each.
std::string to_string(ItemState const& state);
std::string to_string(ItemCall const& call);

}  // namespace decapod::history
