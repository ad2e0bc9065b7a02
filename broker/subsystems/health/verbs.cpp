#include "verbs.h"

#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>
#include <decapod/health/claims.h>
#include <decapod/health/queries.h>

namespace decapod::health {
namespace {

using cli::cut;
using cli::face;
using cli::printable;
using cli::Text;
using cli::with_ids;

void print_claim(Text& text, std::string_view what, Brief const& claim) {
  text.line(std::string(what) + ' ' + text.bold(claim.id) + "  " + printable(claim.subject) + ": " +
            printable(claim.statement));
}

void print_claimed(ClaimReply const& reply, Text& text) {
  print_claim(text, "claimed", reply.claim);
}

void print_proved(ProveReply const& reply, Text& text) {
  print_claim(text, to_text(reply.claim.state), reply.claim);
  if (reply.claim.stale_at) text.field("until", to_string(*reply.claim.stale_at));
}

void print_retracted(ClaimReply const& reply, Text& text) {
  print_claim(text, "retracted", reply.claim);
}

std::string evidence(ProofView const& proof) {
  std::string words;
  if (proof.command) words += " `" + printable(*proof.command) + '`';
  if (proof.exit_code) words += " exit " + std::to_string(*proof.exit_code);
  if (proof.commit) words += " on " + printable(*proof.commit);
  if (proof.vouched == Vouched::yes) words += ", vouched for";
  return words;
}

void print_shown(ShowReply const& reply, Text& text) {
  auto const& claim = reply.claim;
  text.line(text.bold(claim.id) + "  " + printable(claim.subject) + ": " + printable(claim.statement));
  text.field("state",
             std::string(to_text(claim.state)) + (claim.stale_at ? " until " + to_string(*claim.stale_at) : ""));
  text.field("surface", printable(claim.surface));
  text.field("fresh for", to_string(claim.fresh_for));
  text.field("claimed", to_string(claim.created_at) + " by " + printable(claim.actor));
  if (claim.retraction)
    text.field("retracted", to_string(claim.retraction->at) + ": " + printable(claim.retraction->reason));
  for (auto const& proof : claim.proofs) {
    text.field(to_text(proof.result), to_string(proof.at) + ' ' + printable(proof.surface) + " by " +
                                          printable(proof.actor) + evidence(proof));
  }
  auto const more = claim.proofs_total - static_cast<std::int64_t>(claim.proofs.size());
  if (more > 0) text.line(text.dim(std::to_string(more) + " earlier proofs: --proofs N"));
}

void print_list(ListReply const& reply, Text& text) {
  if (reply.claims.empty()) text.line("nothing found");
  std::vector<std::vector<std::string>> rows;
  for (auto const& claim : reply.claims) {
    auto const state = std::string(to_text(claim.state)) + (claim.retracted == Retracted::yes ? ", retracted" : "");
    rows.push_back({claim.id, state, claim.actor, claim.surface, claim.subject + ": " + claim.statement});
  }
  text.table(rows);
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor ? "--cursor " + *reply.next_cursor : "";
}

std::string counts(Standing const& standing) {
  return std::to_string(standing.verified) + " verified (" + std::to_string(standing.vouched) + " vouched for), " +
         std::to_string(standing.stale) + " stale, " + std::to_string(standing.contradicted) + " contradicted, " +
         std::to_string(standing.asserted) + " asserted, those that were retracted included";
}

void print_summary(SummaryReply const& reply, Text& text) {
  auto line = counted(reply.claims, "claim");
  for (auto const& [state, number] : reply.by_state) line += ", " + std::to_string(number) + ' ' + state;
  text.line(line + "; " + std::to_string(reply.retracted) + " retracted");
  std::vector<std::vector<std::string>> rows;
  for (auto const& one : reply.actors) rows.push_back({one.actor, std::string(to_text(one.level)), counts(one)});
  text.table(rows);
}

std::string more_actors(SummaryReply const& reply) {
  return reply.truncated == Truncated::yes ? "`decapod health autonomy ACTOR`, for those who claimed before these" : "";
}

void print_autonomy(AutonomyReply const& reply, Text& text) {
  auto const& one = reply.standing;
  text.line(text.bold(printable(one.actor)) + "  " + std::string(to_text(one.level)));
  text.line("  " + counts(one));
}

constexpr auto kStanding = cli::columns("ACTOR", "LEVEL");
void summary_columns(SummaryReply const& reply, cli::Lines<kStanding>& lines) {
  for (auto const& one : reply.actors) lines.add(one.actor, one.level);
}
void autonomy_columns(AutonomyReply const& reply, cli::Lines<kStanding>& lines) {
  lines.add(reply.standing.actor, reply.standing.level);
}

constexpr cli::VerbFace kFaces[] = {
    with_ids(face<Claim, &print_claimed>()),
    with_ids(face<Prove, &print_proved>()),
    with_ids(face<Show, &print_shown>()),
    with_ids(cut<List, &more_listed>(face<List, &print_list>())),
    with_ids(face<Retract, &print_retracted>()),
    cut<Summary, &more_actors>(face<Summary, &print_summary, &summary_columns>()),
    face<AutonomyOf, &print_autonomy, &autonomy_columns>(),
};

}  // namespace

cli::VerbGroup const verbs{"health", "What is claimed, what proofs say of it, and who may be relied on", kFaces};

}  // namespace decapod::health
