#include "present.h"

namespace decapod::health {

Brief brief(store::Claim const& claim, Timestamp now) {
  auto const worth = claim.worth(now);
  return {.id = claim.id,
          .subject = claim.subject,
          .statement = claim.statement,
          .surface = claim.surface,
          .actor = claim.actor,
          .state = worth.state,
          .stale_at = worth.stale_at,
          .retracted = claim.retracted_at ? Retracted::yes : Retracted::no};
}

ClaimView whole(store::Database& database, store::Claim const& claim, std::int64_t proofs, Timestamp now) {
  auto const worth = claim.worth(now);
  ClaimView view{.id = claim.id,
                 .subject = claim.subject,
                 .statement = claim.statement,
                 .surface = claim.surface,
                 .fresh_for = claim.fresh_for,
                 .actor = claim.actor,
                 .created_at = claim.created_at,
                 .state = worth.state,
                 .stale_at = worth.stale_at,
                 .retraction = std::nullopt,
                 .proofs = store::proofs(database, claim.number, proofs),
                 .proofs_total = store::count_proofs(database, claim.number)};
  if (claim.retracted_at) view.retraction = RetractionView{*claim.retracted_at, claim.retract_reason};
  return view;
}

}  // namespace decapod::health
