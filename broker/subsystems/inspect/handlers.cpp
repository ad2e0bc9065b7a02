#include <decapod/audit/checkpoint.h>
#include <decapod/base/suggest.h>
#include <decapod/inspect/requests.h>
#include <decapod/ledger/trail.h>

#include <algorithm>

#include "commits.h"
#include "snapshot.h"
#include "subsystem.h"
#include "verification.h"

namespace decapod::inspect {
namespace {

using contract::Context;

std::string affected_key(BrokerAudit const& request) {
  if (!request.key.empty()) return request.key;
  return request.item.empty() ? "" : "todo/item/" + request.item;
}

TrailRecord shown(audit::StoredRecord const& stored) {
  TrailRecord record{.seq = stored.sequence, .hash = hex(stored.hash), .record = {}, .step = std::nullopt};
  auto parsed = parse_json(stored.body, "the record");
  if (parsed && parsed->is_object())
    record.record = std::move(parsed->get_object());
  else
    record.record.emplace("unreadable", stored.body);
  return record;
}

std::vector<std::string> known_operations(Context const& context) {
  std::vector<std::string> names;
  for (auto const* subsystem : context.subsystems()) {
    for (auto const& operation : subsystem->operations) names.push_back(operation_name(*operation.type->verb));
  }
  return names;
}

// `wanted` is one of `names`, or there may be a record of it, which `any` asks for: other builds know others.
Result<void> check_known(Context& context, std::string const& field, std::string const& wanted,
                         std::vector<std::string_view> const& names, ledger::TrailQuery const& any) {
  if (wanted.empty() || std::ranges::find(names, wanted) != names.end()) return {};
  auto const found = ledger::query_trail(context.store(), any);
  if (!found.records.empty() || found.next_before != 0) return {};
  auto error = fail(ErrorCode::bad_request, "there is no " + field + " '" + wanted + "', and no record of one",
                    {{"field", field}});
  for (auto const name : names) {
    if (name.ends_with('.' + wanted)) error.suggestions.emplace_back(name);
  }
  if (error.suggestions.empty()) error.suggestions = closest(wanted, names);
  error.hint = "an operation is SUBSYSTEM.VERB, such as todo.done: `decapod capabilities` lists them";
  return error;
}

// What an empty page is about was perhaps mistyped.
Result<void> check_names(Context& context, BrokerAudit const& request, audit::Chain chain) {
  std::vector<std::string_view> subsystems;
  for (auto const* subsystem : context.subsystems()) subsystems.push_back(subsystem->name);
  auto const known = known_operations(context);
  std::vector<std::string_view> const operations(known.begin(), known.end());
  DECAPOD_CHECK(check_known(context, "subsystem", request.subsystem, subsystems,
                            {.chain = chain, .subsystem = request.subsystem, .limit = 1}));
  return check_known(context, "operation", request.operation, operations,
                     {.chain = chain, .operation = request.operation, .limit = 1});
}

// All of it, however long: nothing that a promotion rests on is left out.
Result<AuditReply> audit_lineage(Context& context, std::string const& id) {
  DECAPOD_TRY(auto const steps, contract::lineage_steps(context, id));
  AuditReply reply{
      .chain = TrailChain::mutations, .records = {}, .next_cursor = std::nullopt, .examined = std::nullopt};
  for (auto const& step : steps) {
    // A marker that the store does not confirm is no step of anything.
    DECAPOD_CHECK(contract::commit_at(context, step.marker));
    auto const found = ledger::records_after(context.store(), audit::Chain::mutations, step.marker.commit_seq - 1, 1);
    reply.records.push_back(shown(found.front()));
    reply.records.back().step = step.what;
  }
  return reply;
}

Result<AuditReply> audit_trail(Context& context, BrokerAudit const& request) {
  if (!request.lineage.empty()) return audit_lineage(context, request.lineage);
  ledger::TrailQuery query{
      .chain = request.chain == TrailChain::mutations ? audit::Chain::mutations : audit::Chain::reads,
      .actor = request.actor,
      .subsystem = request.subsystem,
      .operation = request.operation,
      .key = affected_key(request),
      .since = request.since,
      .until = request.until,
      .before = request.cursor,
      .limit = static_cast<std::size_t>(request.limit)};
  auto const page = ledger::query_trail(context.store(), query);
  if (page.records.empty() && page.next_before == 0) DECAPOD_CHECK(check_names(context, request, query.chain));
  AuditReply reply{.chain = request.chain, .records = {}, .next_cursor = std::nullopt, .examined = page.examined};
  for (auto const& stored : page.records) reply.records.push_back(shown(stored));
  if (page.next_before != 0) reply.next_cursor = page.next_before;
  return reply;
}

// A pin is evidence: one that disagrees is replaced by whoever knows why, never in passing.
Result<void> check_pins(Context& context, BrokerCheckpoint const& request, std::uint64_t chain_size) {
  if (request.pin == Pin::no || request.force == Replace::yes) return {};
  auto const& store_uuid = context.facts().store_uuid;
  for (auto const& text : request.pinned) {
    auto const pin = audit::parse_checkpoint(text);
    if (!pin || pin->store_uuid != store_uuid) continue;
    auto const found = against_checkpoint(context, *pin, chain_size);
    if (!found) continue;
    auto error = fail(ErrorCode::refused, "the pin of this store disagrees with it: " + found->message,
                      {{"sequence", found->sequence}});
    error.hint =
        "after `decapod broker restore`: pin anew with --force; otherwise keep the pin and the store as evidence";
    return error;
  }
  return {};
}

Result<CheckpointReply> checkpoint(Context& context, BrokerCheckpoint const& request) {
  if (request.force == Replace::yes && request.pin == Pin::no) {
    auto error = fail(ErrorCode::bad_request, "only a pin is replaced: --force needs --pin", {{"field", "pin"}});
    error.hint = "add --pin to write the checkpoint to its file; without either it is only printed";
    return error;
  }
  auto const& facts = context.facts();
  ledger::Ledger const ledger(context.store(), std::nullopt);
  DECAPOD_CHECK(check_pins(context, request, ledger.position().mutations.size));
  audit::Checkpoint const made{
      .store_uuid = facts.store_uuid, .generation = facts.generation, .mutations = ledger.position().mutations};
  return CheckpointReply{.store_uuid = made.store_uuid,
                         .generation = made.generation,
                         .size = made.mutations.size,
                         .text = to_text(made),
                         .pinned = std::nullopt};
}

Result<ResultReply> result(Context& context, BrokerResult const& request) {
  ledger::Ledger ledger(context.store(), std::nullopt);
  auto const entry = ledger.find(request.request_id);
  if (!entry) {
    return fail(ErrorCode::request_not_found,
                "no write with request id '" + request.request_id + "' was committed or refused",
                {{"request_id", request.request_id}});
  }
  ResultReply reply{.request_id = request.request_id,
                    .status = std::string(to_text(entry->outcome)),
                    .marker = std::nullopt,
                    .operation = entry->operation,
                    .actor = entry->actor,
                    .at = entry->at,
                    .reply = std::nullopt};
  if (entry->marker) reply.marker = to_string(*entry->marker);
  if (entry->reply) {
    DECAPOD_TRY(auto const stored, parse_json(*entry->reply, "the stored reply"));
    if (stored.is_object()) reply.reply = stored.get_object();
  }
  return reply;
}

constexpr contract::Operation kOperations[] = {
    contract::operation<&audit_trail>, contract::operation<&verify>,   contract::operation<&checkpoint>,
    contract::operation<&result>,      contract::operation<&snapshot>, contract::operation<&restore>,
};

}  // namespace

contract::Subsystem const subsystem{
    .name = "broker", .operations = kOperations, .migrations = {}, .gates = gates, .commits = &commit_log};

}  // namespace decapod::inspect
