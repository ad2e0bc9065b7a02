#include "confirmation.h"

#include <decapod/contract/subsystem.h>

namespace decapod::knowledge {

Sha256 digest_of_stored(store::Database& database, store::Entry const& entry) {
  std::vector<Source> sources;
  std::vector<Sha256> of_files;
  for (auto& kept : store::sources(database, entry.number)) {
    sources.push_back(std::move(kept.source));
    if (kept.sha256) of_files.push_back(*kept.sha256);
  }
  return knowledge::digest_of(entry.title, entry.kind, store::body(database, entry.number), sources, of_files);
}

Result<void> confirm_words(contract::Context& context, store::Entry const& entry) {
  auto const said = digest_of_stored(context.store(), entry);
  if (said == entry.digest && contract::last_commit_of(context, digest_key(entry.id, hex(said)))) return {};
  return fail(ErrorCode::marker_unconfirmed, "no commit of this store added " + entry.id + " as it is now",
              {{"id", entry.id}, {"digest", hex(said)}, {"stored", hex(entry.digest)}});
}

Result<contract::Commit> confirm_promotion(contract::Context& context, store::Entry const& entry) {
  auto const& promotion = *entry.promotion;
  DECAPOD_TRY(auto commit, contract::commit_at(context, promotion.marker));
  if (contract::names_key(commit, promotion_key(entry.id)) && commit.actor == promotion.deed.actor) return commit;
  return fail(ErrorCode::marker_unconfirmed,
              "the commit " + to_string(promotion.marker) + " did not promote " + entry.id + ", or somebody else did",
              {{"id", entry.id}, {"marker", to_string(promotion.marker)}, {"actor", promotion.deed.actor}});
}

}  // namespace decapod::knowledge
