#include "present.h"

#include <decapod/base/utf8.h>

namespace decapod::knowledge {
namespace {

constexpr std::int64_t kPredecessorsShown = 50;
constexpr std::size_t kBodyShown = 8192;

std::optional<DeedView> view(std::optional<store::Deed> const& deed) {
  if (!deed) return std::nullopt;
  return DeedView{deed->at, deed->actor, deed->reason};
}

std::optional<PromotionView> view(std::optional<store::Promotion> const& promotion) {
  if (!promotion) return std::nullopt;
  return PromotionView{promotion->deed.at, promotion->deed.actor, promotion->deed.reason, promotion->record,
                       to_string(promotion->marker)};
}

std::optional<std::string> end_of_chain(store::Database& database, store::Entry const& entry) {
  if (!entry.successor) return std::nullopt;
  auto const chain = rules::follow(*entry.successor, std::nullopt,
                                   [&](std::int64_t number) { return store::successor_of(database, number); });
  if (chain.way != rules::Chain::Way::ends) return std::nullopt;
  return store::id_of(database, chain.end);
}

}  // namespace

SourceView view_of(store::Kept const& kept) {
  SourceView shown{.kind = kept.source.kind, .value = kept.source.value};
  if (kept.source.lines) {
    shown.first_line = kept.source.lines->first;
    shown.last_line = kept.source.lines->last;
  }
  if (kept.sha256) shown.sha256 = hex(*kept.sha256);
  return shown;
}

Brief brief(store::Database& database, store::Entry const& entry, Timestamp now) {
  Brief shown{.id = entry.id,
              .title = entry.title,
              .kind = entry.kind,
              .grade = entry.grade(),
              .state = rules::state_of(entry.standing(), now),
              .superseded_by = std::nullopt,
              .expires_at = entry.expires_at};
  if (entry.successor) shown.superseded_by = store::id_of(database, *entry.successor);
  return shown;
}

EntryView whole(contract::Context& context, store::Entry const& entry, Show const& how) {
  auto& database = context.store();
  EntryView shown{.id = entry.id,
                  .title = entry.title,
                  .kind = entry.kind,
                  .grade = entry.grade(),
                  .state = rules::state_of(entry.standing(), context.now().wall),
                  .body = store::body(database, entry.number),
                  .provenance = {},
                  .digest = hex(entry.digest),
                  .created_at = entry.created_at,
                  .created_by = entry.created_by,
                  .superseded_by = std::nullopt,
                  .superseded = view(entry.superseded),
                  .current = end_of_chain(database, entry),
                  .supersedes = store::predecessors(database, entry.number, kPredecessorsShown),
                  .supersedes_total = store::count_predecessors(database, entry.number),
                  .expires_at = entry.expires_at,
                  .expiry = view(entry.expiry),
                  .promotion = view(entry.promotion)};
  for (auto const& kept : store::sources(database, entry.number)) shown.provenance.push_back(view_of(kept));
  if (entry.successor) shown.superseded_by = store::id_of(database, *entry.successor);
  if (how.full == Full::no && shown.body.size() > kBodyShown) {
    shown.body.resize(utf8_prefix(shown.body, kBodyShown).size());
    shown.shortened.emplace_back("body");
  }
  return shown;
}

}  // namespace decapod::knowledge
