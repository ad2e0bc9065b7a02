// One work unit, against everything else.

#include "artifacts.h"

#include <decapod/base/counted.h>
#include <decapod/workunit_document/spelling.h>

#include <algorithm>

namespace decapod::promote {
namespace {

using workunit::Proof;
using workunit::Reference;
using workunit::Verified;

class UnitJudgement {
 public:
  UnitJudgement(Reading const& reading, Unit const& unit, Findings& findings)
      : reading_(reading), lineage_(reading.lineage), unit_(unit), findings_(findings) {}

  void run() {
    auto const& unit = unit_.document.unit;
    if (unit.state != workunit::State::verified || !unit.verified) {
      findings_.hold(ErrorCode::promotion_not_verified, name("state of "), to_text(workunit::State::verified),
                     to_text(unit.state));
    } else {
      hold_verdict(*unit.verified);
      hold_proofs(*unit.verified);
    }
    hold_document();
    hold_capsules();
  }

 private:
  std::string name(std::string_view what) const { return "the " + std::string(what) + unit_.part->id; }

  // The document is what its sum says, and what is committed and lies there.
  void hold_document() {
    findings_.hold(ErrorCode::promotion_altered, name("sum of the document of "), unit_.part->sum,
                   hex(sha256(to_text(codec::encode(unit_.document)))));
    findings_.hold(ErrorCode::promotion_altered, name("id in the document of "), unit_.part->id,
                   unit_.document.unit.id);
    auto const* file = file_of(lineage_.told, unit_.part->id);
    auto const expected = hex(sha256(workunit::file_text(codec::encode(unit_.document).as_object())));
    findings_.hold(ErrorCode::promotion_workunit_mismatch, name("document at HEAD of "), expected,
                   file != nullptr ? file->committed : "");
    findings_.hold(ErrorCode::promotion_workunit_mismatch, name("document in the worktree of "), expected,
                   file != nullptr ? file->here : "");
  }

  void hold_verdict(Verified const& verified) {
    auto const& unit = unit_.document.unit;
    findings_.hold(ErrorCode::promotion_tree_mismatch, name("tree of "), verified.at.tree, lineage_.tree);
    for (auto const& commit : {verified.at.head, unit.base}) {
      if (is_reached(lineage_.told, commit)) continue;
      findings_.add(ErrorCode::promotion_revision_mismatch, name("revision of "), commit,
                    "not in the history of " + (lineage_.revision.empty() ? "nothing" : lineage_.revision));
    }
    if (unit.base != lineage_.told.base) {
      findings_.hold(ErrorCode::promotion_revision_mismatch, name("commit where the changes begin of "), unit.base,
                     lineage_.told.base);
    }
    findings_.hold(ErrorCode::promotion_policy_mismatch, name("policy of "), verified.policy, lineage_.policy.hash);
    hold_risk(verified);
  }

  // What the same question, asked now, is answered.
  void hold_risk(Verified const& verified) {
    auto paths = lineage_.told.paths;
    if (lineage_.told.complete == Complete::no) paths.emplace_back(governance::kUntoldPaths);
    auto const now = governance::demand_of(
        reading_.policy, {.operation = "workunit.verify", .paths = paths, .labels = unit_.part->labels});
    findings_.hold(ErrorCode::promotion_risk_mismatch, name("risk of "), verified.risk, to_text(now.risk));
  }

  void hold_proofs(Verified const& verified) {
    auto const& plan = unit_.document.unit.plan;
    if (plan.empty() || plan.size() != verified.proofs.size()) {
      findings_.add(ErrorCode::proof_insufficient, name("proofs of "), counted(plan.size(), "gate"),
                    counted(verified.proofs.size(), "proof"));
      return;
    }
    for (std::size_t i = 0; i < plan.size(); ++i) hold_proof(plan[i], verified.proofs[i], verified);
  }

  void hold_proof(workunit::PlannedGate const& gate, std::string const& id, Verified const& verified) {
    auto const what = "the proof of '" + gate.name + "' of " + unit_.part->id;
    auto const found = std::ranges::find(unit_.document.proofs, id, &Proof::id);
    if (found == unit_.document.proofs.end()) {
      return findings_.add(ErrorCode::proof_insufficient, what, id, "nothing");
    }
    auto const& proof = *found;
    auto plain = proof;
    plain.id.clear();
    findings_.hold(ErrorCode::promotion_altered, what, id, hex(sha256(to_text(codec::encode(plain)))));
    bool const fits = proof.gate == gate.name && proof.command == gate.command &&
                      proof.outcome == workunit::Outcome::passed && proof.level >= verified.level;
    if (!fits) findings_.add(ErrorCode::proof_insufficient, what, "a passed run of the planned command", "another");
    findings_.hold(ErrorCode::promotion_tree_mismatch, "the tree of " + what, proof.at.tree, lineage_.tree);
    findings_.hold(ErrorCode::promotion_policy_mismatch, "the policy of " + what, proof.policy, lineage_.policy.hash);
    hold_worth(what, proof);
  }

  void hold_worth(std::string const& what, Proof const& proof) {
    if (to_level(proof.level) < lineage_.proof) {
      findings_.add(ErrorCode::proof_insufficient, "the level of " + what, std::string(to_text(proof.level)),
                    std::string(to_text(lineage_.proof)) + " is asked for");
    }
    if (reading_.now && *reading_.now - proof.made_at > workunit::kFreshFor) {
      findings_.add(ErrorCode::proof_insufficient, "the age of " + what, to_string(proof.made_at),
                    "it counts for " + to_string(workunit::kFreshFor));
    }
  }

  static governance::ProofLevel to_level(workunit::Level level) {
    return from_text<governance::ProofLevel>(to_text(level)).value_or(governance::ProofLevel::asserted);
  }

  void hold_capsules() {
    bool any = false;
    for (auto const& reference : unit_.document.unit.references) {
      if (reference.kind != workunit::ReferenceKind::capsule) continue;
      any = true;
      judge_capsule(reading_, unit_, reference, findings_);
    }
    if (!any) {
      findings_.add(ErrorCode::promotion_capsule_missing, name("context capsule of "), "at least one", "nothing");
    }
  }

  Reading const& reading_;
  Lineage const& lineage_;
  Unit const& unit_;
  Findings& findings_;
};

}  // namespace

void judge_unit(Reading const& reading, UnitPart const& part, Findings& findings) {
  auto document = document_in(part);
  if (!document) {
    return findings.add(ErrorCode::promotion_altered, "the document of " + part.id, "a work unit",
                        document.error().message);
  }
  Unit const unit{.part = &part, .document = *std::move(document)};
  UnitJudgement(reading, unit, findings).run();
}

}  // namespace decapod::promote
