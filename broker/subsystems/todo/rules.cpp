#include "rules.h"

#include <decapod/base/reflect.h>

namespace decapod::todo::rules {
namespace {

struct Transition {
  Status from;
  Move move;
  Status to;
};
constexpr Transition kTransitions[] = {
    {Status::open, Move::claim, Status::claimed},
    {Status::claimed, Move::claim, Status::claimed},  // a lapsed claim; may_claim() judges
    {Status::claimed, Move::renew, Status::claimed},
    {Status::claimed, Move::handoff, Status::claimed},
    {Status::claimed, Move::release, Status::open},
    {Status::claimed, Move::done, Status::done},
    {Status::done, Move::archive, Status::archived},
    {Status::done, Move::reopen, Status::open},
    {Status::archived, Move::reopen, Status::open},
};

bool is_same_boot(Lease const& lease, Instant const& now) {
  return !lease.boot_id.empty() && lease.boot_id == now.boot_id;
}

}  // namespace

std::optional<Status> after(Status from, Move move) {
  for (auto const& transition : kTransitions) {
    if (transition.from == from && transition.move == move) return transition.to;
  }
  return std::nullopt;
}

std::vector<std::string_view> allowed_from(Status from) {
  std::vector<std::string_view> moves;
  for (auto const& transition : kTransitions) {
    if (transition.from == from) moves.push_back(to_text(transition.move));
  }
  return moves;
}

Error refuse_move(std::string_view id, Status from, Move move) {
  boost::json::array allowed;
  std::string words;
  for (auto const name : allowed_from(from)) {
    allowed.emplace_back(name);
    if (!words.empty()) words += ", ";
    words += name;
  }
  auto error = fail(ErrorCode::bad_transition,
                    std::string(id) + " is " + std::string(to_text(from)) + ": '" + std::string(to_text(move)) +
                        "' is not allowed from there",
                    {{"id", id}, {"status", to_text(from)}, {"move", to_text(move)}, {"allowed", std::move(allowed)}});
  error.hint = "allowed now: " + words;
  return error;
}

bool is_live(Status status) {
  return status == Status::open || status == Status::claimed;
}

Lease lease_from(Instant const& now, Millis length) {
  return {now.boot_id, BootTime{now.boot.ms + length.count()}, now.wall + length};
}

bool has_ended(Lease const& lease, Instant const& now) {
  return is_same_boot(lease, now) ? lease.boot <= now.boot : lease.wall <= now.wall;
}

Timestamp ends_at(Lease const& lease, Instant const& now) {
  return is_same_boot(lease, now) ? now.wall + Millis(lease.boot.ms - now.boot.ms) : lease.wall;
}

Standing standing(Holding const& holding, Caller const& caller) {
  if (holding.holder != caller.actor) return Standing::theirs;
  if (!holding.session) return Standing::reserved;
  return *holding.session == caller.session ? Standing::mine : Standing::other_session;
}

ClaimVerdict may_claim(Holding const* holding, std::int64_t open_blockers, Force force, Caller const& caller,
                       std::optional<std::int64_t> token, Instant const& now) {
  if (holding != nullptr && !has_ended(holding->lease, now)) {
    auto const where = standing(*holding, caller);
    if (where == Standing::mine || token == holding->token) return ClaimVerdict::already;
    // A handed-over item was claimed before: its blockers were judged then.
    return where == Standing::reserved ? ClaimVerdict::fresh : ClaimVerdict::held;
  }
  return open_blockers > 0 && force == Force::no ? ClaimVerdict::blocked : ClaimVerdict::fresh;
}

Proof prove(Holding const* holding, Caller const& caller, std::optional<std::int64_t> token) {
  if (token) return holding != nullptr && holding->token == *token ? Proof::holds : Proof::stale;
  if (holding == nullptr) return Proof::not_claimed;
  return standing(*holding, caller) == Standing::mine ? Proof::holds : Proof::not_holder;
}

}  // namespace decapod::todo::rules
