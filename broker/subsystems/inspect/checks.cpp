// The gates over the broker's own tables.

#include <decapod/ledger/trail.h>
#include <decapod/storage/integrity.h>

#include "subsystem.h"
#include "verification.h"

namespace decapod::inspect {
namespace {

using contract::Context;

std::int64_t count(storage::Database& database, std::string_view sql) {
  auto rows = database.query(sql);
  return rows.next() ? rows.integer(0) : 0;
}

void integrity(Context& context, GateReport& report) {
  for (auto const& finding : storage::check_integrity(context.store(), storage::IntegrityDepth::quick)) {
    add_finding(
        report,
        {.code = "DATABASE_DAMAGED", .message = finding, .where = "", .hint = "stop writing and restore a snapshot"});
  }
}

void chains(Context& context, GateReport& report) {
  for (auto const chain : {audit::Chain::mutations, audit::Chain::reads}) {
    auto const walked = ledger::verify_chain(context.store(), chain, context.facts().store_uuid);
    if (!walked.first_break) continue;
    add_finding(report, {.code = "AUDIT_CHAIN_BROKEN",
                         .message = walked.first_break->message,
                         .where = std::string(to_text(chain)) + ':' + std::to_string(walked.first_break->sequence),
                         .hint = "keep a copy of the state directory as evidence"});
  }
  if (report.total > 0) return;
  // Both chains hold: what is left is whether the exported copies know of records that the store has lost.
  if (auto const verified = verify(context, BrokerVerify{}); !verified) {
    add_finding(report, {.code = "AUDIT_EXPORT_DISAGREES",
                         .message = verified.error().message,
                         .where = "audit",
                         .hint = "keep a copy of the state directory as evidence"});
  }
}

// Every committed request has exactly one ledger row and one record, under the same sequence number.
void ledger_agrees(Context& context, GateReport& report) {
  auto& store = context.store();
  auto const records = count(store, "SELECT count(*) FROM audit_mutation");
  auto const committed = count(store, "SELECT count(*) FROM ledger WHERE status = 'COMMITTED'");
  auto const newest = count(store, "SELECT coalesce(max(sequence), 0) FROM audit_mutation");
  auto const unmatched = count(store,
                               "SELECT count(*) FROM ledger l LEFT JOIN audit_mutation m ON m.sequence = l.commit_seq "
                               "WHERE l.status = 'COMMITTED' AND m.sequence IS NULL");
  auto const twice = count(store,
                           "SELECT count(*) FROM (SELECT 1 FROM ledger WHERE status = 'COMMITTED' "
                           "GROUP BY commit_seq HAVING count(*) > 1)");
  auto const differ = [&](std::string const& what) {
    add_finding(report, {.code = "LEDGER_DISAGREES",
                         .message = what,
                         .where = "ledger",
                         .hint = "keep a copy of the state directory as evidence"});
  };
  if (records != newest)
    differ(std::to_string(records) + " records, but the newest is number " + std::to_string(newest));
  if (records != committed) {
    differ(std::to_string(committed) + " committed requests in the ledger, " + std::to_string(records) +
           " in the trail");
  }
  if (unmatched > 0) differ(std::to_string(unmatched) + " committed requests have no record");
  if (twice > 0) differ(std::to_string(twice) + " records are claimed by more than one request");
}

void index_agrees(Context& context, GateReport& report) {
  auto const lost = count(context.store(),
                          "SELECT count(*) FROM audit_mutation m WHERE NOT EXISTS (SELECT 1 FROM audit_index i "
                          "WHERE i.sequence = m.sequence AND i.term = 'actor:' || json_extract(m.body, '$.actor'))");
  auto const stray =
      count(context.store(),
            "SELECT count(*) FROM audit_index i LEFT JOIN audit_mutation m USING (sequence) WHERE m.sequence IS NULL");
  if (lost + stray == 0) return;
  add_finding(report, {.code = "AUDIT_INDEX_WRONG",
                       .message = std::to_string(lost) + " records are missing from the index, " +
                                  std::to_string(stray) + " entries point nowhere",
                       .where = "audit_index",
                       .hint = "the chain itself is judged by broker.audit-chains"});
}

constexpr std::string_view kIntegrityCodes[] = {"DATABASE_DAMAGED"};
constexpr std::string_view kChainCodes[] = {"AUDIT_CHAIN_BROKEN", "AUDIT_EXPORT_DISAGREES"};
constexpr std::string_view kLedgerCodes[] = {"LEDGER_DISAGREES"};
constexpr std::string_view kIndexCodes[] = {"AUDIT_INDEX_WRONG"};

constexpr contract::Gate kGates[] = {
    {"broker.integrity", "The database is whole and every foreign key holds", kIntegrityCodes, &integrity},
    {"broker.audit-chains", "No record of the trail was changed, removed or moved", kChainCodes, &chains},
    {"broker.ledger", "Every committed request has one ledger row and one record", kLedgerCodes, &ledger_agrees},
    {"broker.audit-index", "The index over the trail says what the records say", kIndexCodes, &index_agrees},
};

}  // namespace

std::span<contract::Gate const> const gates = kGates;

}  // namespace decapod::inspect
