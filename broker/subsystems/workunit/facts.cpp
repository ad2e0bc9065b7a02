#include "facts.h"

#include <decapod/contract/subsystem.h>

#include "subject.h"

namespace decapod::workunit {
namespace {

using contract::Context;

Result<contract::WorkunitVerdict> verdict_of(Context& context, Unit const& unit) {
  auto const& verified = *unit.verified;
  auto const marker = marker_from(verified.marker);
  if (!marker) return fail(ErrorCode::marker_unconfirmed, "'" + verified.marker + "' is no marker");
  DECAPOD_CHECK(contract::commit_at(context, *marker));
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
  auto const document = document_of(context, held.stored);
  contract::WorkunitFacts facts{.id = unit.id,
                                .task = held.task.id,
                                .sum = rules::sum_of(document),
                                .document = std::move(codec::encode(document).as_object()),
                                .verdict = std::nullopt};
  auto const commit = contract::last_commit_of(context, unit_key(unit.id));
  if (!commit || !contract::names_key(*commit, sum_key(facts.sum))) {
    return fail(ErrorCode::marker_unconfirmed,
                "the unit " + unit.id + " is not what its last recorded change left behind",
                {{"id", unit.id}, {"sum", facts.sum}, {"marker", commit ? to_string(commit->marker) : ""}});
  }
  for (auto const& proof : document.proofs) DECAPOD_CHECK(confirm(context, proof));
  if (unit.verified) {
    DECAPOD_TRY(facts.verdict, verdict_of(context, unit));
  }
  return facts;
}

}  // namespace decapod::workunit
