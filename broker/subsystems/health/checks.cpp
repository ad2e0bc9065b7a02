#include "checks.h"

#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>
#include <decapod/contract/subsystem.h>
#include <decapod/lookup/recorded.h>

#include "store.h"

namespace decapod::health {
namespace {

using contract::Context;

void found(GateReport& report, std::string_view code, std::string message, std::string_view id) {
  add_finding(report, {std::string(code), std::move(message), id.empty() ? std::string() : store::claim_key(id),
                       "keep a copy of the store and report this as a bug"});
}

constexpr std::string_view kLatestCodes[] = {"HEALTH_LATEST_WRONG"};

// The marks are what states are computed from.
void latest(Context& context, GateReport& report) {
  auto rows = context.store().query(
      "SELECT c.id, p.number FROM health_proof p JOIN health_claim c ON c.number = p.claim WHERE"
      " p.latest <> (p.number = (SELECT max(number) FROM health_proof q WHERE q.claim = p.claim AND"
      " q.surface = p.surface)) OR"
      " p.latest_own <> (p.number IS (SELECT max(number) FROM health_proof q WHERE q.claim = p.claim AND"
      " q.surface = p.surface AND q.actor = c.actor)) ORDER BY p.number");
  while (rows.next()) {
    found(
        report, kLatestCodes[0],
        "proof " + rows.text(1) + " of " + rows.text(0) + " is marked as the latest of its surface, or is not, wrongly",
        rows.view(0));
  }
}

constexpr std::string_view kProofCodes[] = {"HEALTH_PROOF_WRONG"};

void proofs(Context& context, GateReport& report) {
  {
    auto rows = context.store().query(
        "SELECT number, claim FROM health_proof WHERE claim NOT IN (SELECT number FROM health_claim) ORDER BY number");
    while (rows.next()) {
      found(report, kProofCodes[0],
            "proof " + rows.text(0) + " belongs to claim number " + rows.text(1) + ", which does not exist", "");
    }
  }
  auto rows = context.store().query(
      "SELECT c.id, p.number FROM health_proof p JOIN health_claim c ON c.number = p.claim WHERE"
      " p.result NOT IN ('pass', 'fail') OR (p.command IS NULL AND p.commit_hash IS NULL) OR"
      " (p.exit_code IS NOT NULL AND (p.exit_code = 0) <> (p.result = 'pass')) ORDER BY p.number");
  while (rows.next()) {
    found(report, kProofCodes[0], "proof " + rows.text(1) + " of " + rows.text(0) + " contradicts itself",
          rows.view(0));
  }
}

constexpr std::string_view kRetractionCodes[] = {"HEALTH_RETRACTION_WRONG"};

// What a retracted claim counts as is stored, because there may be many of them; it is still what its proofs say.
void retractions(Context& context, GateReport& report) {
  store::each(context.store(), {.before = store::kNewest}, [&](store::Claim const& claim) {
    if (!claim.retracted_at) return store::Go::on;
    auto const says = rules::counted_after_retraction(claim.counted(*claim.retracted_at).state);
    if (says != claim.counts_as) {
      found(report, kRetractionCodes[0],
            claim.id + " counts as " + std::string(to_text(claim.counts_as)) + "; its proofs say " +
                std::string(to_text(says)),
            claim.id);
    }
    return store::Go::on;
  });
}

constexpr std::string_view kRecordedCodes[] = {"HEALTH_CLAIM_LOST", "HEALTH_COUNTER_WRONG", "HEALTH_CLAIM_UNRECORDED",
                                               "HEALTH_PROOF_UNRECORDED"};

// Each claim and each proof is what somebody once said: the trail names what it was made of.
void said(Context& context, GateReport& report, store::Claim const& claim) {
  if (!contract::last_commit_of(context, store::said_key(claim)))
    found(report, kRecordedCodes[2], "no mutation made the claim " + claim.id + " as it is now", claim.id);
  for (auto const& proof : store::proofs(context.store(), claim.number, store::kNewest)) {
    if (contract::last_commit_of(context, store::proof_key(claim.id, proof))) continue;
    found(report, kRecordedCodes[3],
          "no mutation recorded proof " + std::to_string(proof.number) + " of " + claim.id + " as it is now", claim.id);
  }
}

// No verb removes a claim. A counter below what it has given out gives it out again.
void recorded(Context& context, GateReport& report) {
  for (auto const& [id, sequence] : lookup::lost_records(context.store(), store::kClaims)) {
    found(report, kRecordedCodes[0], "mutation " + std::to_string(sequence) + " names " + id + ", which is gone", id);
  }
  std::vector<store::Claim> claims;
  store::each(context.store(), {.before = store::kNewest}, [&](store::Claim const& claim) {
    claims.push_back(claim);
    return store::Go::on;
  });
  for (auto const& claim : claims) said(context, report, claim);
  auto rows = context.store().query(
      "SELECT coalesce((SELECT value FROM health_counter WHERE name = 'id'), -1), (SELECT count(*) FROM health_claim)");
  rows.next();
  if (rows.integer(0) >= rows.integer(1)) return;
  found(report, kRecordedCodes[1],
        "the counter of ids stands at " + std::to_string(rows.integer(0)) + ", and the table holds " +
            counted(rows.integer(1), "claim"),
        "");
}

constexpr contract::Gate kGates[] = {
    {"health.latest", "exactly the latest proof of a claim on a surface is marked as such", kLatestCodes, &latest},
    {"health.proofs", "every proof belongs to a claim and does not contradict itself", kProofCodes, &proofs},
    {"health.retractions", "every retracted claim counts as what its proofs say", kRetractionCodes, &retractions},
    {"health.recorded", "every claim and every proof is as the trail of mutations names it, and none is lost",
     kRecordedCodes, &recorded},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::health
