#include "facts.h"

#include <decapod/contract/subsystem.h>

#include "demand.h"
#include "subject.h"

namespace decapod::workunit {
namespace {

using contract::Context;

// What was proved rests on whose signature counts now, not on whose did when it was found so.
Result<void> check_still_proved(Context& context, Unit const& unit) {
  DECAPOD_TRY(auto const trusted, trusted_keys(context));
  for (auto const& id : unit.verified->proofs) {
    auto const proof = store::find_proof(context.store(), id);
    if (!proof) {
      return fail(ErrorCode::marker_unconfirmed, "the store has no proof " + id.substr(0, 12) + " of " + unit.id,
                  {{"id", unit.id}, {"proof", id}});
    }
    DECAPOD_CHECK(confirm(context, *proof));
    if (rules::counts(*proof, trusted)) continue;
    auto error = fail(ErrorCode::signature_invalid,
                      "the proof of '" + proof->gate + "' of " + unit.id + " was signed with the key " +
                          proof->key.value_or("").substr(0, 16) + ", which is trusted no more",
                      {{"id", unit.id}, {"proof", id}, {"key", proof->key.value_or("")}, {"reason", "other_key"}});
    error.hint = "`decapod workunit reopen " + unit.id +
                 " --reason WHY`, and have it run again by somebody whom the policy names";
    return error;
  }
  return {};
}

Result<contract::WorkunitVerdict> verdict_of(Context& context, Unit const& unit) {
  auto const& verified = *unit.verified;
  auto const marker = marker_from(verified.marker);
  if (!marker) return fail(ErrorCode::marker_unconfirmed, "'" + verified.marker + "' is no marker");
  DECAPOD_CHECK(contract::commit_at(context, *marker));
  DECAPOD_CHECK(check_still_proved(context, unit));
  return contract::WorkunitVerdict{.tree = verified.at.tree,
                                   .head = verified.at.head,
                                   .base = unit.base,
                                   .risk = verified.risk,
                                   .level = std::string(to_text(verified.level)),
                                   .policy = verified.policy,
                                   .marker = *marker};
}

}  // namespace

Result<contract::WorkunitFacts> workunit_facts(Context& context, std::string_view id) {
  DECAPOD_TRY(auto const held, load(context, id));
  auto const& unit = held.stored.unit;
  DECAPOD_CHECK(check_recorded(context, held.stored));
  auto const document = document_of(context, held.stored);
  contract::WorkunitFacts facts{.id = unit.id,
                                .task = held.task.id,
                                .sum = rules::sum_of(document),
                                .document = std::move(codec::encode(document).as_object()),
                                .verdict = std::nullopt};
  for (auto const& proof : document.proofs) DECAPOD_CHECK(confirm(context, proof));
  if (unit.verified) {
    DECAPOD_TRY(facts.verdict, verdict_of(context, unit));
  }
  return facts;
}

}  // namespace decapod::workunit
