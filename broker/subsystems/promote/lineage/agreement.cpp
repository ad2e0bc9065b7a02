#include <decapod/base/counted.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/promote_lineage/entry.h>

#include "artifacts.h"

#include <algorithm>
#include <set>

namespace decapod::promote {
namespace {

constexpr std::size_t kNamedMost = 5;  // disagreements in one message; the details have all

std::vector<std::string> all_labels(Lineage const& lineage) {
  std::vector<std::string> labels;
  for (auto const& unit : lineage.work) labels.insert(labels.end(), unit.labels.begin(), unit.labels.end());
  return labels;
}

// What knowledge touches is known in full: its document says it.
std::vector<std::string> all_paths(Lineage const& lineage) {
  if (lineage.kind != Kind::knowledge) {
    auto paths = lineage.told.paths;
    if (lineage.told.complete == Complete::no) paths.emplace_back(governance::kUntoldPaths);
    return paths;
  }
  auto const document = lineage.entry ? document_in(*lineage.entry) : fail(ErrorCode::not_found, "no entry");
  return document ? paths_of(*document) : std::vector<std::string>{std::string(governance::kUntoldPaths)};
}

std::string without_line_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

// One entry is asked for, as it is, and nothing beside it.
void judge_entry_asked_for(Lineage const& lineage, Findings& findings) {
  bool const one = lineage.units.size() == 1 && lineage.sums.size() == 1 && lineage.entry && lineage.work.empty() &&
                   lineage.capsules.empty() && lineage.published.empty();
  if (!one) {
    return findings.add(
        ErrorCode::promotion_knowledge_mismatch, "the entry", "exactly one",
        std::to_string(lineage.units.size()) + " with " + std::to_string(lineage.sums.size()) + " digests");
  }
  findings.hold(ErrorCode::promotion_knowledge_mismatch, "the entry", lineage.units.front(), lineage.entry->id);
  findings.hold(ErrorCode::promotion_knowledge_mismatch, "the digest of " + lineage.entry->id, lineage.sums.front(),
                lineage.entry->digest);
}

// What is asked for is there, and names each thing once.
void judge_subject(Lineage const& lineage, Findings& findings) {
  if (lineage.kind == Kind::knowledge) return judge_entry_asked_for(lineage, findings);
  std::set<std::string> const names(lineage.units.begin(), lineage.units.end());
  bool const whole = !lineage.units.empty() && names.size() == lineage.units.size() &&
                     lineage.sums.size() == lineage.units.size() && lineage.work.size() == lineage.units.size() &&
                     !lineage.entry && (lineage.kind != Kind::workunit || lineage.units.size() == 1);
  if (!whole) {
    return findings.add(ErrorCode::promotion_workunit_mismatch, "the units", std::to_string(lineage.units.size()),
                        counted(lineage.sums.size(), "sum") + ", " + counted(lineage.work.size(), "document"));
  }
  for (std::size_t i = 0; i < lineage.units.size(); ++i) {
    auto const& part = lineage.work[i];
    findings.hold(ErrorCode::promotion_workunit_mismatch, "the unit", lineage.units[i], part.id);
    findings.hold(ErrorCode::promotion_workunit_mismatch, "the sum of " + part.id, lineage.sums[i], part.sum);
  }
}

void judge_repository(Lineage const& lineage, Findings& findings) {
  findings.hold(
      ErrorCode::promotion_tree_mismatch, "the tree of the worktree and of HEAD", lineage.tree, lineage.told.here,
      lineage.told.here.empty() ? "nobody said what the worktree has"
                                : "the worktree has the tree " + brief(lineage.told.here) + ", and HEAD has the tree " +
                                      brief(lineage.tree) + ": commit what is not committed, or put it back");
  if (!is_reached(lineage.told, lineage.revision)) {
    findings.add(ErrorCode::promotion_revision_mismatch, "the revision", lineage.revision, "not what HEAD names");
  }
  if (!lineage.operator_key.empty()) {
    auto const at_head = without_line_end(lineage.told.operator_key);
    findings.hold(ErrorCode::promotion_key_mismatch, "the operator's key at HEAD", lineage.operator_key, at_head,
                  at_head.empty() ? "`.decapod/operator.pub` is not committed"
                                  : "`.decapod/operator.pub` has the key " + brief(at_head) +
                                        " at HEAD, and the store has " + brief(lineage.operator_key));
  }
}

void judge_published(Lineage const& lineage, Findings& findings) {
  bool at_this_tree = false;
  for (auto const& unit : lineage.work) {
    auto const found = std::ranges::find(lineage.published, unit.id, &PublishedPart::unit);
    if (found == lineage.published.end() || found->promotion.empty()) {
      findings.add(ErrorCode::promotion_not_verified, "the publication of " + unit.id, "a promotion", "nothing",
                   unit.id + " was not published: `decapod promote record workunit " + unit.id + '`');
      continue;
    }
    auto const what = " of " + found->promotion;
    if (found->seal.value_or(governance::SealNeed::never) == governance::SealNeed::required) {
      findings.add(ErrorCode::promotion_unsealed, "the operator's seal" + what, "one that its policy asks for",
                   "nothing", found->promotion + " waits for the operator's seal, which its policy asks for");
    }
    findings.hold(ErrorCode::promotion_workunit_mismatch, "the document" + what, found->sum, unit.sum);
    findings.hold(ErrorCode::promotion_policy_mismatch, "the policy" + what, found->policy, lineage.policy.hash);
    if (!is_reached(lineage.told, found->revision)) {
      findings.add(ErrorCode::promotion_revision_mismatch, "the revision" + what, found->revision,
                   "not in the history of " + lineage.revision);
    }
    at_this_tree = at_this_tree || found->tree == lineage.tree;
  }
  if (!at_this_tree) {
    findings.add(ErrorCode::promotion_tree_mismatch, "the tree that is released", lineage.tree,
                 "the trees of other publications only");
  }
}

}  // namespace

governance::Demand demand_of(Lineage const& lineage, governance::Document const& policy) {
  static std::vector<std::string> const of_knowledge{std::string(knowledge::kBindingOperation)};
  auto const labels = all_labels(lineage);
  auto const paths = all_paths(lineage);
  std::span<std::string const> also;
  if (lineage.kind == Kind::knowledge) also = of_knowledge;
  return governance::demand_of(policy, {.operation = kOperation, .paths = paths, .labels = labels, .also = also});
}

governance::SealNeed seal_need_of(Lineage const& lineage) {
  auto const policy = governance::parse_canonical(lineage.policy.document);
  return policy ? demand_of(lineage, *policy).seal : governance::SealNeed::required;
}

std::vector<Disagreement> disagreements(Lineage const& lineage, std::optional<Timestamp> now) {
  Findings findings;
  auto policy = governance::parse_canonical(lineage.policy.document);
  if (!policy) {
    findings.add(ErrorCode::promotion_altered, "the policy", lineage.policy.hash, policy.error().message);
    return findings.take();
  }
  Reading const reading{.lineage = lineage, .policy = *std::move(policy), .now = now};
  findings.hold(ErrorCode::promotion_altered, "the hash of the policy", lineage.policy.hash,
                hex(governance::hash_of(reading.policy)));
  auto const demand = demand_of(lineage, reading.policy);
  findings.hold(ErrorCode::promotion_risk_mismatch, "the risk", to_text(lineage.risk), to_text(demand.risk));
  findings.hold(ErrorCode::promotion_risk_mismatch, "the level of proof", to_text(lineage.proof),
                to_text(demand.proof));
  judge_subject(lineage, findings);
  judge_repository(lineage, findings);
  switch (lineage.kind) {
    case Kind::release:
      judge_published(lineage, findings);
      break;
    case Kind::knowledge:
      if (lineage.entry) judge_entry(reading, *lineage.entry, findings);
      break;
    case Kind::workunit:
      for (auto const& unit : lineage.work) judge_unit(reading, unit, findings);
      break;
  }
  return findings.take();
}

std::string sentence_of(Disagreement const& one) {
  if (!one.said.empty()) return one.said;
  return one.what + ": recorded is " + brief(one.recorded) + ", found is " + brief(one.found);
}

Error refusal(std::vector<Disagreement> const& found) {
  json::array all;
  for (auto const& one : found) {
    all.emplace_back(json::object{
        {"code", name_of(one.code)}, {"what", one.what}, {"recorded", one.recorded}, {"found", one.found}});
  }
  auto const& first = found.front();
  auto message = sentence_of(first);
  for (std::size_t i = 1; i < std::min(found.size(), kNamedMost); ++i) message += "; " + sentence_of(found[i]);
  if (found.size() > kNamedMost) message += "; and " + std::to_string(found.size() - kNamedMost) + " more disagree";
  auto error = fail(
      first.code, std::move(message),
      {{"what", first.what}, {"recorded", first.recorded}, {"found", first.found}, {"disagreements", std::move(all)}});
  if (first.code == ErrorCode::promotion_capsule_missing) {
    error.hint = "a verified unit takes no capsule: issue it, `decapod workunit reopen`, attach, then verify again";
  }
  if (first.code == ErrorCode::proof_insufficient) {
    error.hint = "a unit is proved anew by `workunit reopen`, prove, claim, verify; an entry is worth what it rests on";
  }
  return error;
}

}  // namespace decapod::promote
