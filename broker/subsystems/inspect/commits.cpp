#include "commits.h"

#include <decapod/audit/record.h>
#include <decapod/contract/context.h>
#include <decapod/ledger/trail.h>

#include <utility>

namespace decapod::inspect {
namespace {

using contract::Commit;
using contract::Context;

// nullopt: no record that a commit writes.
std::optional<Commit> commit_in(audit::StoredRecord const& stored) {
  auto record = audit::parse_record(stored.body);
  if (!record || record->status != audit::Status::COMMITTED || record->commit_seq != stored.sequence) {
    return std::nullopt;
  }
  return Commit{.marker = {record->epoch, record->commit_seq},
                .request_id = std::move(record->request_id),
                .operation = std::move(record->request_type),
                .actor = std::move(record->actor),
                .at = record->ts,
                .affected_keys = std::move(record->affected_keys)};
}

std::optional<Commit> at(Context& context, Marker marker) {
  if (marker.commit_seq == 0) return std::nullopt;
  auto const records = ledger::records_after(context.store(), audit::Chain::mutations, marker.commit_seq - 1, 1);
  if (records.empty() || records.front().sequence != marker.commit_seq) return std::nullopt;
  auto commit = commit_in(records.front());
  // The same number in another epoch is another request: a restore counts on from an older store.
  if (commit && commit->marker != marker) return std::nullopt;
  return commit;
}

std::optional<Commit> last(Context& context, std::string_view key) {
  ledger::TrailQuery query;
  query.key = key;
  query.limit = 1;
  auto const page = ledger::query_trail(context.store(), query);
  return page.records.empty() ? std::nullopt : commit_in(page.records.front());
}

}  // namespace

contract::CommitLog const commit_log{.at = &at, .last = &last};

}  // namespace decapod::inspect
