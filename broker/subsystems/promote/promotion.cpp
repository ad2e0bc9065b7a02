#include "promotion.h"

#include <decapod/audit/record.h>
#include <decapod/contract/subsystem.h>
#include <decapod/promote_lineage/agreement.h>

#include <algorithm>

#include "trail_parts.h"

namespace decapod::promote {

using contract::Context;

Result<Promotion> confirmed(Context& context, store::Row row) {
  auto const digest = digest_of(row.lineage);
  auto lineage = parse_lineage(row.lineage);
  bool const fits = lineage && digest == hex(row.digest) && row.id == id_of(digest) && row.marker == lineage->marker &&
                    row.kind == to_text(lineage->kind) && row.revision == lineage->revision;
  if (!fits) {
    return fail(ErrorCode::promotion_altered, row.id + " is not what its digest is of",
                {{"id", row.id}, {"recorded", hex(row.digest)}, {"found", digest}});
  }
  auto const marker = marker_from(row.marker);
  if (!marker) return fail(ErrorCode::marker_unconfirmed, "'" + row.marker + "' is no marker");
  DECAPOD_TRY(auto const commit, contract::commit_at(context, *marker));
  if (commit.operation != kOperation || !contract::names_key(commit, lineage_key(digest))) {
    return fail(ErrorCode::marker_unconfirmed,
                "the commit " + row.marker + " (" + commit.operation + ") did not record " + row.id,
                {{"marker", row.marker}, {"operation", commit.operation}, {"digest", digest}});
  }
  DECAPOD_TRY(auto part, record_at(context, record_name(row.id), *marker));
  return Promotion{.row = std::move(row), .lineage = *std::move(lineage), .record = std::move(part)};
}

Result<Promotion> load(Context& context, std::string_view id) {
  DECAPOD_TRY(auto row, store::resolve(context.store(), id));
  return confirmed(context, std::move(row));
}

Sealed sealed_of(Context& context, store::Row const& row, Lineage const& lineage) {
  if (store::seal_of(context.store(), row.number)) return Sealed::yes;
  return seal_need_of(lineage) == governance::SealNeed::required ? Sealed::awaited : Sealed::no;
}

Brief brief_of(Context& context, store::Row const& row, Lineage const& lineage) {
  return {.id = row.id,
          .kind = lineage.kind,
          .units = lineage.units,
          .revision = lineage.revision,
          .tree = lineage.tree,
          .policy = lineage.policy.hash,
          .marker = row.marker,
          .at = lineage.at,
          .by = lineage.by,
          .sealed = sealed_of(context, row, lineage)};
}

Result<std::vector<contract::LineageStep>> lineage_steps(Context& context, std::string_view id) {
  DECAPOD_TRY(auto const promotion, load(context, id));
  std::vector<contract::LineageStep> steps;
  auto records = promotion.lineage.records;
  records.push_back(promotion.record);
  for (auto const& part : records) {
    DECAPOD_TRY(auto const record, audit::parse_record(part.body));
    steps.push_back({.what = part.what, .marker = {record.epoch, record.commit_seq}});
  }
  if (auto const seal = store::seal_of(context.store(), promotion.row.number)) {
    auto const marker = marker_from(seal->marker);
    if (!marker) return fail(ErrorCode::marker_unconfirmed, "'" + seal->marker + "' is no marker");
    steps.push_back({.what = "seal", .marker = *marker});
  }
  return steps;
}

}  // namespace decapod::promote
