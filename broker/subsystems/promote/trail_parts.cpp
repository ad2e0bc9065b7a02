#include "trail_parts.h"

#include <decapod/contract/subsystem.h>
#include <decapod/ledger/ledger.h>
#include <decapod/ledger/trail.h>

#include <algorithm>

namespace decapod::promote {
namespace {

using audit::Chain;
using contract::Context;

Error unconfirmed(Marker marker) {
  return fail(ErrorCode::marker_unconfirmed, "the store confirms no commit " + to_string(marker),
              {{"marker", to_string(marker)}});
}

Error altered(std::string_view what, Marker marker, std::string_view said, std::string_view is) {
  return fail(ErrorCode::promotion_altered,
              std::string(what) + " of the commit " + to_string(marker) + " is " + std::string(said) +
                  " in the trail and " + std::string(is) + " in fact",
              {{"marker", to_string(marker)}, {"what", what}, {"recorded", said}, {"found", is}});
}

Sha256 hash_before(Context& context, std::uint64_t sequence) {
  if (sequence == 1) return audit::genesis(Chain::mutations, context.facts().store_uuid).head;
  return ledger::hash_at(context.store(), Chain::mutations, sequence - 1).value_or(Sha256{});
}

std::optional<Marker> first_that_names(Context& context, std::string const& key) {
  auto rows = context.store().query(
      "SELECT m.body FROM audit_index i JOIN audit_mutation m USING (sequence) WHERE i.term = ? ORDER BY i.sequence"
      " LIMIT 1",
      "key:" + key);
  if (!rows.next()) return std::nullopt;
  auto const record = audit::parse_record(rows.text(0));
  if (!record) return std::nullopt;
  return Marker{record->epoch, record->commit_seq};
}

}  // namespace

Result<RecordPart> record_at(Context& context, std::string_view what, Marker marker) {
  DECAPOD_CHECK(contract::commit_at(context, marker));
  auto const found = ledger::records_after(context.store(), Chain::mutations, marker.commit_seq - 1, 1);
  if (found.empty()) return unconfirmed(marker);
  auto const& stored = found.front();
  auto const previous = hash_before(context, stored.sequence);
  auto const hash = audit::link(Chain::mutations, stored.sequence, previous, stored.body);
  if (hash != stored.hash) return altered("the hash", marker, hex(stored.hash), hex(hash));
  RecordPart part{.what = std::string(what),
                  .sequence = stored.sequence,
                  .previous = hex(previous),
                  .hash = hex(hash),
                  .body = stored.body};
  DECAPOD_CHECK(ledger_row(context, part));
  return part;
}

Result<void> add_at(Context& context, std::string_view what, std::string_view marker, Lineage& lineage) {
  auto const at = marker_from(marker);
  if (!at) return fail(ErrorCode::marker_unconfirmed, "'" + std::string(marker) + "' is no marker");
  DECAPOD_TRY(auto part, record_at(context, what, *at));
  lineage.records.push_back(std::move(part));
  return {};
}

Result<void> add_first(Context& context, std::string_view what, std::string const& key, Lineage& lineage) {
  auto const marker = first_that_names(context, key);
  return marker ? add_at(context, what, to_string(*marker), lineage) : Result<void>{};
}

Result<void> add_newest(Context& context, std::string_view what, std::string const& key, Lineage& lineage) {
  auto const commit = contract::last_commit_of(context, key);
  return commit ? add_at(context, what, to_string(commit->marker), lineage) : Result<void>{};
}

void put_in_order(Lineage& lineage) {
  auto& records = lineage.records;
  std::ranges::stable_sort(records, {}, &RecordPart::sequence);
  auto const same = [](RecordPart const& one, RecordPart const& other) { return one.sequence == other.sequence; };
  records.erase(std::unique(records.begin(), records.end(), same), records.end());
}

Result<LedgerPart> ledger_row(Context& context, RecordPart const& part) {
  auto const record = audit::parse_record(part.body);
  if (!record) return fail(ErrorCode::marker_unconfirmed, "a record of the trail cannot be read");
  Marker const marker{record->epoch, record->commit_seq};
  ledger::Ledger ledger(context.store(), std::nullopt);
  auto const entry = ledger.find(record->idempotency_key);
  if (!entry || entry->marker != marker) return unconfirmed(marker);
  auto const digest = record->request_digest ? hex(*record->request_digest) : std::string();
  if (digest != hex(entry->digest)) return altered("the request", marker, digest, hex(entry->digest));
  if (entry->request_id != record->request_id) {
    return altered("the request id", marker, record->request_id, entry->request_id);
  }
  if (entry->operation != record->request_type) {
    return altered("the operation", marker, record->request_type, entry->operation);
  }
  if (entry->actor != record->actor) return altered("the actor", marker, record->actor, entry->actor);
  if (entry->at != record->ts) return altered("the time", marker, to_string(record->ts), to_string(entry->at));
  return LedgerPart{.key = record->idempotency_key,
                    .digest = digest,
                    .request_id = entry->request_id,
                    .operation = entry->operation,
                    .actor = entry->actor,
                    .marker = to_string(marker),
                    .at = entry->at};
}

}  // namespace decapod::promote
