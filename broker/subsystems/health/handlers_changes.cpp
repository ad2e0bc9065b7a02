#include <decapod/contract/authority.h>
#include <decapod/lookup/ids.h>

#include <algorithm>

#include "handlers.h"
#include "present.h"

namespace decapod::health {
namespace {

Result<store::Claim> find(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kClaims, id));
  return *store::find(context.store(), number);
}

Result<void> check_one_line(std::string const& text, std::string_view field) {
  if (text.find_first_of("\n\r") == std::string::npos) return {};
  return fail(ErrorCode::bad_request, "'" + std::string(field) + "' is one line, and this one has a line break",
              {{"field", field}});
}

Result<void> check_room(contract::Context& context, store::Claim const& claim) {
  if (auto const id = store::same_claim(context.store(), claim)) {
    auto error = fail(ErrorCode::already_exists, claim.actor + " has claimed that already: " + *id, {{"id", *id}});
    error.hint = "prove it: `decapod health prove " + *id + " --result pass --command 'WHAT WAS RUN'`";
    return error;
  }
  if (store::count_live(context.store(), claim.actor) < kClaimsOfActorMax) return {};
  auto error = fail(ErrorCode::refused,
                    claim.actor + " has " + std::to_string(kClaimsOfActorMax) + " claims, which is the most");
  error.hint = "retract what matters no longer: `decapod health retract`";
  return error;
}

Result<void> check_live(store::Claim const& claim) {
  if (!claim.retracted_at) return {};
  auto error = fail(ErrorCode::bad_transition, claim.id + " was retracted at " + to_string(*claim.retracted_at),
                    {{"id", claim.id}});
  error.hint = "claim it again: `decapod health claim`";
  return error;
}

Error bad_proof(std::string message, std::string_view field, std::string_view hint) {
  auto error = fail(ErrorCode::bad_request, std::move(message), {{"field", field}});
  error.hint = hint;
  return error;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A proof says what anybody could look at again, and does not contradict itself.
Result<void> check_evidence(Prove const& request) {
  if (!request.command && !request.commit) {
    return bad_proof("a proof names what was run, or on what", "command", "give --command, --commit or both");
  }
  if (request.exit_code && !request.command) {
    return bad_proof("an exit code is that of a command", "exit_code", "give --command, too");
  }
  if (request.exit_code && (*request.exit_code == 0) != (request.result == Outcome::pass)) {
    return bad_proof("exit code " + std::to_string(*request.exit_code) + " is no " +
                         (request.result == Outcome::pass ? "pass" : "failure"),
                     "result", "0 is a pass, everything else a failure");
  }
  if (request.output_sha256 && !is_hex(*request.output_sha256)) {
    return bad_proof("a digest is 64 hex digits", "output_sha256", "`COMMAND | sha256sum` prints it");
  }
  if (request.commit && !is_hex(*request.commit)) {
    return bad_proof("a commit is 7 to 64 hex digits", "commit", "`git rev-parse HEAD` prints it");
  }
  return {};
}

// A claim's own surface is always there: nobody keeps a claim from being proved by filling it up.
Result<void> check_surface(store::Claim const& claim, std::string const& surface) {
  if (surface == claim.surface) return {};
  auto const others =
      std::ranges::count_if(claim.latest, [&](rules::Latest const& one) { return one.surface != claim.surface; });
  auto const known = std::ranges::find(claim.latest, surface, &rules::Latest::surface) != claim.latest.end();
  if (known || others < kSurfacesMax) return {};
  auto error =
      fail(ErrorCode::refused,
           claim.id + " was proved on " + std::to_string(kSurfacesMax) + " surfaces besides its own, which is the most",
           {{"id", claim.id}});
  error.hint = "`decapod health show " + claim.id + "` lists them; prove it on one of them";
  return error;
}

}  // namespace

Result<ClaimReply> claim(contract::Context& context, Claim const& request) {
  DECAPOD_CHECK(check_one_line(request.subject, "subject"));
  DECAPOD_CHECK(check_one_line(request.statement, "statement"));
  store::Claim made{.subject = request.subject,
                    .statement = request.statement,
                    .surface = request.surface,
                    .fresh_for = request.fresh_for_ms,
                    .actor = context.caller().actor,
                    .created_at = context.now().wall};
  DECAPOD_CHECK(check_room(context, made));
  made.id = lookup::next_id(context.store(), store::kClaims, context.facts());
  made.number = store::insert(context.store(), made);
  context.affects(store::claim_key(made.id));
  context.affects(store::said_key(made));
  return ClaimReply{brief(made, context.now().wall)};
}

Result<ProveReply> prove(contract::Context& context, Prove const& request) {
  DECAPOD_TRY(auto const about, find(context, request.id));
  DECAPOD_CHECK(check_live(about));
  DECAPOD_CHECK(check_evidence(request));
  auto const surface = request.surface.value_or(about.surface);
  DECAPOD_CHECK(check_surface(about, surface));
  if (request.fresh_for_ms && *request.fresh_for_ms > about.fresh_for) {
    return bad_proof("a proof of " + about.id + " holds for " + to_string(about.fresh_for) + " at most", "fresh_for_ms",
                     "leave --fresh-for out, or give less");
  }
  DECAPOD_TRY(auto const trust, contract::trust_of_caller(context));
  // Its time is the broker's: nobody dates a proof back or ahead.
  ProofView proof{.at = context.now().wall,
                  .actor = context.caller().actor,
                  .surface = surface,
                  .result = request.result,
                  .fresh_for = request.fresh_for_ms.value_or(about.fresh_for),
                  .vouched = trust >= governance::Trust::verified ? Vouched::yes : Vouched::no,
                  .command = request.command,
                  .exit_code = request.exit_code,
                  .output_sha256 = request.output_sha256,
                  .commit = request.commit};
  proof.number = store::add_proof(context.store(), about, proof);
  context.affects(store::claim_key(about.id));
  context.affects(store::proof_key(about.id, proof));
  return ProveReply{brief(*store::find(context.store(), about.number), context.now().wall), proof.number};
}

Result<ClaimReply> retract(contract::Context& context, Retract const& request) {
  DECAPOD_TRY(auto claim, find(context, request.id));
  DECAPOD_CHECK(check_live(claim));
  if (claim.actor != context.caller().actor) {
    auto error = fail(ErrorCode::refused, claim.id + " was claimed by " + claim.actor + ", who alone may retract it",
                      {{"id", claim.id}, {"actor", claim.actor}});
    error.hint = "if it does not hold, prove that: `decapod health prove " + claim.id +
                 " --result fail --command 'WHAT WAS RUN'`";
    return error;
  }
  auto const now = context.now().wall;
  claim.counts_as = rules::counted_after_retraction(claim.counted(now).state);
  claim.retracted_at = now;
  claim.retract_reason = request.reason;
  store::retract(context.store(), claim);
  context.affects(store::claim_key(claim.id));
  return ClaimReply{brief(claim, now)};
}

}  // namespace decapod::health
