#include "reading.h"

#include <decapod/contract/authority.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/promote_lineage/entry.h>
#include <decapod/workunit/record.h>

#include "promotion.h"
#include "store.h"
#include "trail_parts.h"

#include <algorithm>

namespace decapod::promote {
namespace {

using contract::Context;

// The policy that judges, read once.
Result<contract::PolicyInForce const*> read_policy(Context& context, Lineage& lineage) {
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  DECAPOD_TRY(auto evidence, contract::policy_evidence(context));
  DECAPOD_TRY(auto const keys, contract::operator_keys(context));
  lineage.policy = {.hash = hex(hash_of(*policy)),
                    .document = std::move(evidence.document),
                    .sequence = evidence.sequence,
                    .activation = std::move(evidence.activation)};
  if (!keys.empty()) {
    lineage.operator_key = to_hex(keys.back());
    DECAPOD_CHECK(add_first(context, "operator's key", "policy/key/" + std::to_string(keys.size()), lineage));
  }
  if (evidence.sequence == 0) return policy;
  DECAPOD_CHECK(add_first(context, "policy " + std::to_string(evidence.sequence),
                          "policy/activation/" + std::to_string(evidence.sequence), lineage));
  return policy;
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
            .sum = earlier.sums.empty() ? "" : earlier.sums.front(),
            .seal = std::nullopt};
    bool const asked = seal_need_of(earlier) == governance::SealNeed::required;
    if (asked) {
      DECAPOD_TRY(auto const seal, confirmed_seal(context, row));
      if (!seal) part.seal = governance::SealNeed::required;
    }
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

// A reply that tells of an entry is true until that expires.
Result<void> read_entry(Context& context, std::string const& id, Lineage& lineage) {
  DECAPOD_TRY(auto facts, contract::knowledge_facts(context, id));
  if (facts.id != id) {
    return fail(ErrorCode::not_found, "there is no entry '" + id + "'; the whole id is " + facts.id, {{"id", id}});
  }
  if (facts.until) context.valid_until(*facts.until);
  lineage.entry = EntryPart{.id = facts.id,
                            .state = std::string(to_text(facts.state)),
                            .digest = facts.digest,
                            .document = std::move(facts.document)};
  DECAPOD_CHECK(add_first(context, entry_record_name(id), knowledge::digest_key(id, facts.digest), lineage));
  DECAPOD_TRY(auto const document, document_in(*lineage.entry));
  for (auto const& view : document.provenance) {
    if (view.kind == knowledge::SourceKind::event) {
      DECAPOD_CHECK(add_at(context, "event " + view.value, view.value, lineage));
    }
  }
  return {};
}

Result<void> read_subject(Context& context, Asked const& asked, Lineage& lineage) {
  for (auto const& name : asked.units) {
    DECAPOD_CHECK(asked.kind == Kind::knowledge ? read_entry(context, name, lineage)
                                                : read_unit(context, name, lineage));
  }
  return {};
}

Result<void> check_count(Asked const& asked) {
  bool const many = asked.kind == Kind::release;
  if (many ? !asked.units.empty() : asked.units.size() == 1) return {};
  auto const* const what = asked.kind == Kind::knowledge ? " entry" : " work unit";
  return fail(ErrorCode::bad_request,
              "a promotion of kind " + std::string(to_text(asked.kind)) + " is of " +
                  (many ? "at least one" : "exactly one") + what + ", and " + std::to_string(asked.units.size()) +
                  " are named",
              {{"field", "unit"}});
}

contract::Concern concern_of_entry(Context& context, std::vector<std::string> const& names) {
  contract::Concern concern;
  concern.operations.emplace_back(knowledge::kBindingOperation);
  for (auto const& name : names) {
    auto const facts = contract::knowledge_facts(context, name);
    if (!facts) continue;  // the handler refuses it
    auto const document = document_in({.id = facts->id, .state = {}, .digest = {}, .document = facts->document});
    if (!document) {
      concern.paths.emplace_back(governance::kUntoldPaths);
      continue;
    }
    auto const paths = paths_of(*document);
    concern.paths.insert(concern.paths.end(), paths.begin(), paths.end());
  }
  return concern;
}

}  // namespace

Result<Lineage> read_lineage(Context& context, Asked const& asked) {
  DECAPOD_CHECK(check_count(asked));
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
  DECAPOD_TRY(auto const* policy, read_policy(context, lineage));
  DECAPOD_CHECK(read_subject(context, asked, lineage));
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

contract::Concern concern_of(Context& context, Record const& request) {
  if (request.kind == Kind::knowledge) return concern_of_entry(context, request.unit);
  contract::Concern concern;
  for (auto const& unit : request.unit) {
    auto const facts = contract::work_facts(context, unit);
    if (facts) concern.labels.insert(concern.labels.end(), facts->labels.begin(), facts->labels.end());
  }
  if (request.told) concern.paths = request.told->paths;
  if (!request.told || request.told->complete == Complete::no) concern.paths.emplace_back(governance::kUntoldPaths);
  return concern;
}

}  // namespace decapod::promote
