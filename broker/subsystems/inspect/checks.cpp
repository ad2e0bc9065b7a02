// The gates over the broker's own tables.

#include <decapod/contract/lost_line.h>
#include <decapod/contract/replaced_store.h>
#include <decapod/ledger/agreement.h>
#include <decapod/ledger/trail.h>
#include <decapod/storage/integrity.h>
#include <decapod/storage/schema.h>

#include <algorithm>
#include <iterator>

#include "snapshot.h"
#include "subsystem.h"
#include "verification.h"

namespace decapod::inspect {
namespace {

using contract::Context;

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

void schema(Context& context, GateReport& report) {
  for (auto const& difference : storage::schema_differences(context.store())) {
    add_finding(report, {.code = "SCHEMA_ALTERED",
                         .message = difference.what,
                         .where = difference.object,
                         .hint = "no decapod does this: find out who did, and restore a snapshot"});
  }
}

// Hands what the ledger's comparisons find on to a report.
ledger::Found findings_as(std::string code, GateReport& report) {
  return [code = std::move(code), &report](ledger::Disagreement found) {
    add_finding(report, {.code = code,
                         .message = std::move(found.what),
                         .where = std::move(found.where),
                         .hint = "keep a copy of the state directory as evidence"});
  };
}

void ledger_agrees(Context& context, GateReport& report) {
  ledger::compare_ledger(context.store(), findings_as("LEDGER_DISAGREES", report));
}

void index_agrees(Context& context, GateReport& report) {
  ledger::compare_index(context.store(), findings_as("AUDIT_INDEX_WRONG", report));
}

void epoch_is_ahead(Context& context, GateReport& report) {
  ledger::compare_epoch(context.store(), findings_as("EPOCH_BEHIND", report));
}

// The generation that the recorded restores and losses lead to: each one ends a generation that it names, and begins
// the next. In whatever order: none ends one that is earlier than what it was in.
std::int64_t recorded_generation(storage::Database& store) {
  std::vector<audit::StoredRecord> restores;
  ledger::TrailQuery query;
  query.operation = operation_name(BrokerRestore::verb);
  query.limit = 500;
  do {
    auto page = ledger::query_trail(store, query);
    std::ranges::move(page.records, std::back_inserter(restores));
    query.before = page.next_before;
  } while (query.before != 0);
  // (commits before it, the least generation that it began)
  std::vector<std::pair<std::uint64_t, std::int64_t>> begun;
  for (auto const& stored : restores) {
    auto const record = audit::parse_record(stored.body);
    if (record) begun.emplace_back(stored.sequence - 1, contract::begun_generation(record->affected_keys, 0));
  }
  for (auto const& line : contract::lost_lines(store)) begun.emplace_back(line.commit_seq, line.generation + 1);
  std::ranges::sort(begun);
  std::int64_t generation = 1;
  for (auto const& [commits, least] : begun) generation = std::max(generation + 1, least);
  return generation;
}

void generation_is_recorded(Context& context, GateReport& report) {
  auto const recorded = recorded_generation(context.store());
  auto const stored = context.facts().generation;
  if (stored == recorded) return;
  add_finding(report, {.code = "GENERATION_WRONG",
                       .message = "the store says generation " + std::to_string(stored) +
                                  ", and its recorded restores and losses lead to " + std::to_string(recorded),
                       .where = "meta",
                       .hint = "keep a copy of the state directory as evidence"});
}

constexpr std::string_view kIntegrityCodes[] = {"DATABASE_DAMAGED"};
constexpr std::string_view kChainCodes[] = {"AUDIT_CHAIN_BROKEN", "AUDIT_EXPORT_DISAGREES"};
constexpr std::string_view kLedgerCodes[] = {"LEDGER_DISAGREES"};
constexpr std::string_view kIndexCodes[] = {"AUDIT_INDEX_WRONG"};
constexpr std::string_view kSchemaCodes[] = {"SCHEMA_ALTERED"};
constexpr std::string_view kEpochCodes[] = {"EPOCH_BEHIND"};

constexpr std::string_view kGenerationCodes[] = {"GENERATION_WRONG"};

constexpr contract::Gate kGates[] = {
    {"broker.schema", "Tables, indexes and triggers are those that the migrations make", kSchemaCodes, &schema},
    {"broker.integrity", "The database is whole and every foreign key holds", kIntegrityCodes, &integrity},
    {"broker.audit-chains", "No record of the trail was changed, removed or moved", kChainCodes, &chains},
    {"broker.ledger", "Every remembered request has one ledger row and one record, and both say the same", kLedgerCodes,
     &ledger_agrees},
    {"broker.audit-index", "The index over the trail says what the records say", kIndexCodes, &index_agrees},
    {"broker.epoch", "The store's epoch is that of its newest mutation or a later one", kEpochCodes, &epoch_is_ahead},
    {"broker.generation", "The store's generation is the one that its recorded restores and losses lead to",
     kGenerationCodes, &generation_is_recorded},
};

}  // namespace

std::span<contract::Gate const> const gates = kGates;

}  // namespace decapod::inspect
