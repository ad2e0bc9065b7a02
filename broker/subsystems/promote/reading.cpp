#include "reading.h"

#include <decapod/contract/authority.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/workunit/record.h>

#include "store.h"
#include "trail_parts.h"

#include <algorithm>

namespace decapod::promote {
namespace {

using contract::Context;

Result<void> read_policy(Context& context, Lineage& lineage) {
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  DECAPOD_TRY(auto evidence, contract::policy_evidence(context));
  DECAPOD_TRY(auto const keys, contract::operator_keys(context));
  lineage.policy = {.hash = hex(policy->hash),
                    .document = std::move(evidence.document),
                    .sequence = evidence.sequence,
                    .activation = std::move(evidence.activation)};
  if (!keys.empty()) {
    lineage.operator_key = to_hex(keys.back());
    DECAPOD_CHECK(add_first(context, "operator's key", "policy/key/" + std::to_string(keys.size()), lineage));
  }
  if (evidence.sequence == 0) return {};
  return add_first(context, "policy " + std::to_string(evidence.sequence),
                   "policy/activation/" + std::to_string(evidence.sequence), lineage);
}

// A capsule that is not there is for agreement.h to name; one that the trail does not confirm ends it here.
Result<void> read_capsule(Context& context, std::string const& unit, std::string const& id, Lineage& lineage) {
  if (lineage.capsules.size() >= static_cast<std::size_t>(kCapsulesMax)) {
    return fail(ErrorCode::too_large, "a promotion has at most " + std::to_string(kCapsulesMax) + " capsules");
  }
  auto facts = contract::capsule_facts(context, id);
  if (!facts && facts.error().code != ErrorCode::not_found) return facts.error();
  lineage.capsules.push_back({.id = id, .unit = unit, .document = facts ? std::move(facts->document) : ""});
  return facts ? add_at(context, "capsule " + id, to_string(facts->marker), lineage) : Result<void>{};
}

Result<void> read_history(Context& context, UnitPart const& part, workunit::Document const& document,
                          Lineage& lineage) {
  DECAPOD_CHECK(add_first(context, "task " + part.task, "todo/item/" + part.task, lineage));
  DECAPOD_CHECK(add_first(context, "work unit " + part.id, "workunit/unit/" + part.id, lineage));
  for (auto const& proof : document.proofs) {
    DECAPOD_CHECK(
        add_at(context, "proof " + proof.gate + ", " + std::string(to_text(proof.level)), proof.marker, lineage));
  }
  if (document.unit.claimed) {
    DECAPOD_CHECK(add_at(context, "claim of " + part.id, document.unit.claimed->marker, lineage));
  }
  if (document.unit.verified) {
    DECAPOD_CHECK(add_at(context, "verification of " + part.id, document.unit.verified->marker, lineage));
  }
  DECAPOD_CHECK(add_newest(context, "last change of " + part.id, "workunit/unit/" + part.id, lineage));
  return add_newest(context, "last change of task " + part.task, "todo/item/" + part.task, lineage);
}

Result<void> read_published(Context& context, std::string const& unit, Lineage& lineage) {
  PublishedPart part{.unit = unit};
  auto const rows = store::newest(context.store(), {.unit = unit, .kind = to_text(Kind::workunit)});
  if (!rows.empty()) {
    auto const& row = rows.front();
    DECAPOD_TRY(auto const earlier, parse_lineage(row.lineage));
    auto const digest = digest_of(row.lineage);
    auto const marker = marker_from(earlier.marker);
    if (!marker) return fail(ErrorCode::marker_unconfirmed, "'" + earlier.marker + "' is no marker");
    DECAPOD_TRY(auto const commit, contract::commit_at(context, *marker));
    if (!contract::names_key(commit, lineage_key(digest))) {
      return fail(ErrorCode::promotion_altered,
                  "the commit " + earlier.marker + " did not record the promotion " + row.id + " as it is now",
                  {{"id", row.id}, {"digest", digest}, {"marker", earlier.marker}});
    }
    part = {.unit = unit,
            .promotion = row.id,
            .digest = digest,
            .revision = earlier.revision,
            .tree = earlier.tree,
            .policy = earlier.policy.hash,
            .sum = earlier.sums.empty() ? "" : earlier.sums.front()};
    DECAPOD_CHECK(add_at(context, "promotion " + row.id, earlier.marker, lineage));
  }
  lineage.published.push_back(std::move(part));
  return {};
}

Result<void> read_unit(Context& context, std::string const& id, Lineage& lineage) {
  DECAPOD_TRY(auto facts, contract::workunit_facts(context, id));
  if (facts.id != id) {
    return fail(ErrorCode::not_found, "there is no work unit '" + id + "'; the whole id is " + facts.id, {{"id", id}});
  }
  DECAPOD_TRY(auto task, contract::work_facts(context, facts.task));
  DECAPOD_TRY(auto const document,
              codec::decode<workunit::Document>(json::value(facts.document), codec::Unknown::refuse));
  lineage.work.push_back({.id = facts.id,
                          .task = facts.task,
                          .labels = std::move(task.labels),
                          .sum = std::move(facts.sum),
                          .document = std::move(facts.document)});
  DECAPOD_CHECK(read_history(context, lineage.work.back(), document, lineage));
  if (lineage.kind == Kind::release) return read_published(context, id, lineage);
  for (auto const& reference : document.unit.references) {
    if (reference.kind != workunit::ReferenceKind::capsule) continue;
    DECAPOD_CHECK(read_capsule(context, id, reference.name, lineage));
  }
  return {};
}

}  // namespace

Result<Lineage> read_lineage(Context& context, Asked const& asked) {
  if (asked.units.empty() || (asked.kind == Kind::workunit && asked.units.size() != 1)) {
    auto const* const many = asked.kind == Kind::workunit ? "exactly one" : "at least one";
    return fail(ErrorCode::bad_request,
                "a " + std::string(to_text(asked.kind)) + " to promote is of " + many + " work unit, and " +
                    std::to_string(asked.units.size()) + " are named",
                {{"field", "unit"}});
  }
  if (!asked.told) return fail(ErrorCode::tree_unknown, "nobody said what the repository shows");
  Lineage lineage{.store = context.facts().store_uuid,
                  .kind = asked.kind,
                  .units = asked.units,
                  .revision = asked.revision,
                  .tree = asked.tree,
                  .sums = asked.sums,
                  .told = *asked.told,
                  .marker = to_string(context.marker()),
                  .at = context.now().wall,
                  .by = context.caller().actor};
  DECAPOD_CHECK(read_policy(context, lineage));
  for (auto const& unit : asked.units) DECAPOD_CHECK(read_unit(context, unit, lineage));
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  auto const demand = demand_of(lineage, policy->document);
  lineage.risk = demand.risk;
  lineage.proof = demand.proof;
  put_in_order(lineage);
  return lineage;
}

Result<void> add_approval(Context& context, Lineage& lineage) {
  auto const& id = context.approval();
  if (id.empty()) return {};
  DECAPOD_TRY(auto statement, contract::approval_statement(context, id));
  lineage.approval = ApprovalPart{.id = id, .statement = std::move(statement)};
  DECAPOD_CHECK(add_first(context, "approval " + id, "policy/approval/" + id, lineage));
  put_in_order(lineage);
  return {};
}

Error refused_record(Error refusal) {
  if (refusal.code == ErrorCode::approval_required) {
    refusal.hint =
        "once `decapod promote check` with the same arguments says that nothing but the approval is missing, the "
        "operator runs the command in the message; then repeat yours";
  }
  return refusal;
}

contract::Concern concern_of(Context& context, Record const& request) {
  contract::Concern concern;
  for (auto const& unit : request.unit) {
    auto const facts = contract::work_facts(context, unit);
    if (facts) concern.labels.insert(concern.labels.end(), facts->labels.begin(), facts->labels.end());
  }
  if (!request.told || request.told->complete == Complete::no) concern.labels.emplace_back("risk:critical");
  if (request.told) concern.paths = request.told->paths;
  return concern;
}

}  // namespace decapod::promote
