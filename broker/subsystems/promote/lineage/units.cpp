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
      findings_.hold(
          ErrorCode::promotion_not_verified, name("state of "), to_text(workunit::State::verified), to_text(unit.state),
          unit_.part->id + " is " + std::string(to_text(unit.state)) + ", and only what is verified is promoted");
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
    hold_file(Place::head, expected, file != nullptr ? file->committed : "");
    hold_file(Place::worktree, expected, file != nullptr ? file->here : "");
  }

  // Where the exported document lies.
  enum class Place : std::uint8_t { head, worktree };

  void hold_file(Place place, std::string const& expected, std::string const& found) {
    bool const head = place == Place::head;
    auto const path = "`.decapod/workunits/" + unit_.part->id + ".json`";
    auto said = path;
    if (found.empty())
      said += head ? " is not committed" : " is not in the worktree";
    else
      said += " is " + brief(found) + (head ? " at HEAD" : " in the worktree") + ", and " + brief(expected) +
              " in the store";
    said += ": `decapod workunit export " + unit_.part->id + '`' + (head ? ", commit it" : "");
    findings_.hold(ErrorCode::promotion_workunit_mismatch,
                   name(head ? "document at HEAD of " : "document in the worktree of "), expected, found,
                   std::move(said));
  }

  void hold_verdict(Verified const& verified) {
    auto const& unit = unit_.document.unit;
    findings_.hold(ErrorCode::promotion_tree_mismatch, name("tree of "), verified.at.tree, lineage_.tree,
                   unit_.part->id + " was verified at the tree " + brief(verified.at.tree) +
                       ", and HEAD has the tree " + brief(lineage_.tree));
    for (auto const& commit : {verified.at.head, unit.base}) {
      if (is_reached(lineage_.told, commit)) continue;
      findings_.add(ErrorCode::promotion_revision_mismatch, name("revision of "), commit,
                    "not in the history of " + (lineage_.revision.empty() ? "nothing" : lineage_.revision));
    }
    if (unit.base != lineage_.told.base) {
      findings_.hold(ErrorCode::promotion_revision_mismatch, name("commit where the changes begin of "), unit.base,
                     lineage_.told.base);
    }
    findings_.hold(ErrorCode::promotion_policy_mismatch, name("policy of "), verified.policy, lineage_.policy.hash,
                   unit_.part->id + " was verified under the policy " + brief(verified.policy) + ", and " +
                       brief(lineage_.policy.hash) + " judges now");
    hold_risk(verified);
  }

  // What the same question, asked now, is answered.
  void hold_risk(Verified const& verified) {
    auto paths = lineage_.told.paths;
    if (lineage_.told.complete == Complete::no) paths.emplace_back(governance::kUntoldPaths);
    auto const now = governance::demand_of(
        reading_.policy, {.operation = "workunit.verify", .paths = paths, .labels = unit_.part->labels});
    findings_.hold(ErrorCode::promotion_risk_mismatch, name("risk of "), verified.risk, to_text(now.risk),
                   unit_.part->id + " was verified as of " + verified.risk + " risk, and is of " +
                       std::string(to_text(now.risk)) + " risk now");
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
    findings_.hold(
        ErrorCode::promotion_tree_mismatch, "the tree of " + what, proof.at.tree, lineage_.tree,
        what + " was made at the tree " + brief(proof.at.tree) + ", and HEAD has the tree " + brief(lineage_.tree));
    findings_.hold(ErrorCode::promotion_policy_mismatch, "the policy of " + what, proof.policy, lineage_.policy.hash,
                   what + " was made under the policy " + brief(proof.policy) + ", and " + brief(lineage_.policy.hash) +
                       " judges now");
    hold_worth(what, proof);
  }

  void hold_worth(std::string const& what, Proof const& proof) {
    if (to_level(proof.level) < lineage_.proof) {
      findings_.add(ErrorCode::proof_insufficient, "the level of " + what, std::string(to_text(proof.level)),
                    std::string(to_text(lineage_.proof)) + " is asked for",
                    what + " is " + std::string(to_text(proof.level)) + ", and the promotion asks for " +
                        std::string(to_text(lineage_.proof)));
    }
    if (reading_.now && *reading_.now - proof.made_at > workunit::kFreshFor) {
      findings_.add(
          ErrorCode::proof_insufficient, "the age of " + what, to_string(proof.made_at),
          "it counts for " + to_string(workunit::kFreshFor),
          what + " was made " + to_string(proof.made_at) + ", and counts for " + to_string(workunit::kFreshFor));
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
      findings_.add(ErrorCode::promotion_capsule_missing, name("context capsule of "), "at least one", "nothing",
                    unit_.part->id + " has no context capsule, and a promotion takes one at least: " + to_attach());
    }
  }

  // A verified unit takes nothing more.
  std::string to_attach() const {
    auto const& id = unit_.part->id;
    auto words = "`decapod capsule issue --task " + id + " --topic WORDS --scope SCOPE`, ";
    if (unit_.document.unit.state == workunit::State::verified || unit_.document.unit.claimed)
      words += "`decapod workunit reopen " + id + " --reason WHY`, ";
    return words + "`decapod workunit attach " + id + " --capsule CAPSULE`, then prove, claim and verify it";
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
