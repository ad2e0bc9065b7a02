#include <decapod/audit/checkpoint.h>
#include <decapod/contract/authority.h>

#include "handlers.h"
#include "promotion.h"
#include "trail_parts.h"

namespace decapod::promote {
namespace {

using contract::Context;

// Where the chain stood right after the record.
std::string checkpoint_after(Context const& context, RecordPart const& record) {
  audit::Checkpoint const made{
      .store_uuid = context.facts().store_uuid,
      .generation = context.facts().generation,
      .mutations = {.size = record.sequence, .head = sha256_from_hex(record.hash).value_or(Sha256{})}};
  return audit::to_text(made);
}

Result<Bundle> bundle_of(Context& context, Promotion promotion) {
  DECAPOD_TRY(auto ledger, ledger_row(context, promotion.record));
  DECAPOD_TRY(auto evidence, contract::policy_evidence(context));
  Bundle bundle{.id = promotion.row.id,
                .digest = hex(promotion.row.digest),
                .rests_on = Word::none,
                .lineage = std::move(promotion.lineage),
                .record = std::move(promotion.record),
                .ledger = std::move(ledger),
                .checkpoint = "",
                .keys = std::move(evidence.keys),
                .seal = std::nullopt};
  bundle.checkpoint = checkpoint_after(context, bundle.record);
  DECAPOD_TRY(auto seal, confirmed_seal(context, promotion.row));
  if (seal) bundle.seal = std::move(seal->statement);
  bundle.rests_on = word_of(bundle);
  return bundle;
}

}  // namespace

Result<ShowReply> show(Context& context, Show const& request) {
  DECAPOD_TRY(auto promotion, load(context, request.id));
  return ShowReply{.promotion = brief_of(context, promotion.row, promotion.lineage),
                   .digest = hex(promotion.row.digest),
                   .lineage = std::move(codec::encode(promotion.lineage).as_object())};
}

Result<ListReply> list(Context& context, List const& request) {
  ListReply reply;
  auto const kind = request.kind ? to_text(*request.kind) : std::string_view();
  auto const rows = store::newest(
      context.store(),
      {.unit = request.unit, .kind = kind, .before = request.cursor.value_or(0), .limit = request.limit + 1});
  for (auto const& row : rows) {
    if (static_cast<std::int64_t>(reply.promotions.size()) == request.limit) {
      reply.next_cursor = rows[reply.promotions.size() - 1].number;
      break;
    }
    DECAPOD_TRY(auto const lineage, parse_lineage(row.lineage));
    reply.promotions.push_back(brief_of(context, row, lineage));
  }
  return reply;
}

Result<ExportReply> export_bundle(Context& context, Export const& request) {
  DECAPOD_TRY(auto promotion, load(context, request.id));
  DECAPOD_TRY(auto const bundle, bundle_of(context, std::move(promotion)));
  return ExportReply{.id = bundle.id, .bundle = std::move(codec::encode(bundle).as_object()), .file = std::nullopt};
}

}  // namespace decapod::promote
