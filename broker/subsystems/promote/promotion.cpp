#include "promotion.h"

#include <decapod/audit/record.h>
#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>
#include <decapod/ledger/trail.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/promote_lineage/seal.h>

#include <algorithm>

#include "trail_parts.h"

namespace decapod::promote {

using contract::Context;

namespace {

Error no_seal(store::Row const& row, std::string const& recorded, std::string const& found, std::string const& why) {
  auto error = fail(ErrorCode::promotion_altered, "the seal of " + row.id + " is not the operator's: " + why,
                    {{"id", row.id}, {"what", "the seal"}, {"recorded", recorded}, {"found", found}});
  error.hint = "keep a copy of the state directory as evidence; `decapod validate` names what else was changed";
  return error;
}

// By any of the operator's keys, since a seal outlives the key that made it; and over this lineage and its record.
Result<void> check_signed(Context& context, store::Row const& row, governance::Signed const& statement) {
  DECAPOD_TRY(auto const keys, contract::operator_keys(context));
  auto const said = seal_in(statement, context.facts().store_uuid, keys);
  auto const digest = hex(row.digest);
  if (!said) return no_seal(row, digest, "nothing", said.error().message);
  auto const marker = marker_from(row.marker);
  auto const hash =
      marker ? ledger::hash_at(context.store(), audit::Chain::mutations, marker->commit_seq) : std::nullopt;
  if (said->promotion != row.id || said->digest != digest) {
    return no_seal(row, digest, said->digest, "another promotion was signed");
  }
  if (!hash || said->record != hex(*hash)) {
    return no_seal(row, hash ? hex(*hash) : "nothing", said->record, "another record was signed");
  }
  return {};
}

Result<void> check_sealed_by(Context& context, store::Row const& row, std::string const& text) {
  auto const marker = marker_from(text);
  auto const commit =
      marker ? contract::commit_at(context, *marker) : fail(ErrorCode::bad_request, "'" + text + "' is no marker");
  auto const recorded = std::string(kSealOperation) + " of " + row.id;
  if (!commit) return no_seal(row, recorded, text, commit.error().message);
  if (commit->operation == kSealOperation && contract::names_key(*commit, seal_key(row.id))) return {};
  return no_seal(row, recorded, commit->operation, "the commit " + text + " did not record it");
}

}  // namespace

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

std::string seal_key(std::string_view id) {
  return "promote/seal/" + std::string(id);
}

Result<std::optional<store::SealRow>> confirmed_seal(Context& context, store::Row const& row) {
  auto seal = store::seal_of(context.store(), row.number);
  if (!seal) return std::optional<store::SealRow>();
  DECAPOD_CHECK(check_signed(context, row, seal->statement));
  DECAPOD_CHECK(check_sealed_by(context, row, seal->marker));
  return seal;
}

Sealed sealed_of(Context& context, store::Row const& row, Lineage const& lineage) {
  auto const seal = confirmed_seal(context, row);
  if (seal && *seal) return Sealed::yes;
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
  DECAPOD_TRY(auto const seal, confirmed_seal(context, promotion.row));
  if (seal) {
    auto const marker = marker_from(seal->marker);
    if (marker) steps.push_back({.what = "seal", .marker = *marker});
  }
  return steps;
}

}  // namespace decapod::promote
