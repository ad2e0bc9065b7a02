#include "keeper.h"

#include <decapod/knowledge_document/document.h>
#include <decapod/lookup/ids.h>

#include "confirmation.h"
#include "liveness.h"
#include "present.h"

namespace decapod::knowledge {

namespace {

using contract::Context;

Result<store::Entry> find(Context& context, std::string_view id) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kEntries, id));
  return *store::find(context.store(), number);
}

contract::KnowledgeState state_of(store::Entry const& entry, Timestamp now) {
  switch (rules::state_of(entry.standing(), now)) {
    case State::superseded:
      return contract::KnowledgeState::superseded;
    case State::expired:
      return contract::KnowledgeState::expired;
    case State::live:
      break;
  }
  return contract::KnowledgeState::live;
}

Document document_of(Context& context, store::Entry const& entry) {
  Document document{.id = entry.id,
                    .title = entry.title,
                    .kind = entry.kind,
                    .body = store::body(context.store(), entry.number),
                    .provenance = {},
                    .digest = hex(entry.digest),
                    .created_at = entry.created_at,
                    .created_by = entry.created_by};
  for (auto const& kept : store::sources(context.store(), entry.number)) document.provenance.push_back(view_of(kept));
  return document;
}

Result<contract::KnowledgeFacts> facts(Context& context, std::string_view id) {
  DECAPOD_TRY(auto const entry, find(context, id));
  DECAPOD_CHECK(confirm_words(context, entry));
  contract::KnowledgeFacts facts{.id = entry.id,
                                 .state = state_of(entry, context.now().wall),
                                 .until = std::nullopt,
                                 .digest = hex(entry.digest),
                                 .document = std::move(codec::encode(document_of(context, entry)).as_object()),
                                 .promotion = std::nullopt};
  if (facts.state == contract::KnowledgeState::live) facts.until = entry.expires_at;
  if (entry.promotion) {
    DECAPOD_CHECK(confirm_promotion(context, entry));
    auto const& [deed, record, marker] = *entry.promotion;
    facts.promotion = {.marker = marker, .record = record, .actor = deed.actor, .at = deed.at, .reason = deed.reason};
  }
  return facts;
}

Error promoted_already(store::Entry const& entry) {
  auto const& [deed, record, marker] = *entry.promotion;
  return fail(ErrorCode::already_exists,
              entry.id + " is procedural since " + to_string(deed.at) + ": " + deed.actor + " promoted it",
              {{"id", entry.id}, {"promotion", record}, {"marker", to_string(marker)}});
}

Result<void> promote(Context& context, contract::PromotedEntry const& what) {
  DECAPOD_TRY(auto entry, find(context, what.id));
  DECAPOD_CHECK(confirm_words(context, entry));
  DECAPOD_CHECK(check_live(context, entry));
  if (entry.promotion) return promoted_already(entry);
  if (what.digest != hex(entry.digest)) {
    return fail(ErrorCode::proof_mismatch, entry.id + " does not say what was judged",
                {{"id", entry.id}, {"judged", what.digest}, {"stored", hex(entry.digest)}});
  }
  entry.promotion = store::Promotion{.deed = {context.now().wall, context.caller().actor, what.reason},
                                     .record = what.record,
                                     .marker = context.marker()};
  store::save(context.store(), entry);
  context.affects(store::entry_key(entry.id));
  context.affects(promotion_key(entry.id));
  return {};
}

}  // namespace

contract::KnowledgeKeeper const keeper{.facts = &facts, .promote = &promote};

}  // namespace decapod::knowledge
