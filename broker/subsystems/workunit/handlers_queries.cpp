#include <decapod/base/utf8.h>

#include "demand.h"
#include "handlers.h"
#include "next_steps.h"
#include "subject.h"

#include <algorithm>

namespace decapod::workunit {
namespace {

using contract::Context;

constexpr std::size_t kIntentShown = 200;

std::optional<Subject> judged_at(Unit const& unit, std::optional<Subject> const& here) {
  return unit.claimed ? std::optional(unit.claimed->at) : here;
}

GateStatus status_of(rules::Judgement const& judgement) {
  GateStatus status{.gate = judgement.gate->name,
                    .command = judgement.gate->command,
                    .lacks = judgement.lacks,
                    .level = std::nullopt,
                    .proof = std::nullopt,
                    .marker = std::nullopt,
                    .at = std::nullopt};
  if (auto const* proof = judgement.decisive) {
    status.level = proof->level;
    status.proof = proof->id;
    status.marker = proof->marker;
    status.at = proof->at;
  }
  return status;
}

// Said from the first step on: what was done under another policy than the one that judges a promotion is done again.
constexpr char kNothingSigned[] =
    "no policy is signed: nothing is promoted without one, and what was issued, proved and verified before it is"
    " signed is to be done again";

}  // namespace

Result<ShowReply> show(Context& context, Show const& request) {
  DECAPOD_TRY(auto held, load(context, request.id));
  return ShowReply{.unit = held.unit(),
                   .proofs = store::newest_proofs(context.store(), held.stored.number, kProofsShown),
                   .proofs_total = store::count_proofs(context.store(), held.stored.number),
                   .sum = rules::sum_of(document_of(context, held.stored))};
}

Result<StatusReply> status(Context& context, Status const& request) {
  DECAPOD_TRY(auto held, load(context, request.id));
  auto const& unit = held.unit();
  DECAPOD_TRY(auto demanded, demand(context, held.task, request.paths, request.complete));
  StatusReply reply{.id = unit.id,
                    .state = unit.state,
                    .moves = {},
                    .here = request.here,
                    .judged_at = judged_at(unit, request.here),
                    .risk = std::string(to_text(demanded.risk)),
                    .needed = demanded.level,
                    .reasons = std::move(demanded.reasons),
                    .gates = {}};
  DECAPOD_TRY(auto const signed_by_operator, endorsed(context));
  if (signed_by_operator == governance::Endorsed::no) reply.reasons.emplace_back(kNothingSigned);
  auto const tree = reply.judged_at ? reply.judged_at->tree : std::string();
  DECAPOD_TRY(auto const trusted, trusted_keys(context));
  auto const proofs = store::deciding_proofs(context.store(), held.stored, tree, trusted);
  for (auto const& judgement : rules::judge(unit.plan, proofs, tree, demanded.level, context.now().wall, trusted)) {
    reply.gates.push_back(status_of(judgement));
  }
  bool const proved = std::ranges::all_of(reply.gates, [](auto const& gate) { return gate.lacks == Lack::nothing; });
  for (auto const move : rules::moves_from(unit.state)) {
    // What would be refused is not offered.
    bool const refused =
        (move == to_text(rules::Move::start) && unit.plan.empty()) || (move == to_text(rules::Move::verify) && !proved);
    if (!refused) reply.moves.emplace_back(move);
  }
  reply.capsules = std::ranges::count(unit.references, ReferenceKind::capsule, &Reference::kind);
  reply.next = next_steps(reply);
  return reply;
}

Result<ListReply> list(Context& context, List const& request) {
  auto const units = store::list(context.store(), request.state, request.cursor, request.limit + 1);
  ListReply reply;
  for (auto const& unit : units) {
    if (static_cast<std::int64_t>(reply.units.size()) == request.limit) {
      reply.next_cursor = reply.units.back().id;
      break;
    }
    reply.units.push_back({.id = unit.id,
                           .state = unit.state,
                           .gates = static_cast<std::int64_t>(unit.plan.size()),
                           .intent = std::string(utf8_prefix(unit.intent, kIntentShown))});
  }
  return reply;
}

Result<ExportReply> export_unit(Context& context, Export const& request) {
  DECAPOD_TRY(auto const held, load(context, request.id));
  auto document = document_of(context, held.stored);
  auto sum = rules::sum_of(document);
  return ExportReply{.id = held.stored.unit.id, .sum = std::move(sum), .document = std::move(document), .file = {}};
}

}  // namespace decapod::workunit
