#include "checks.h"

#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>
#include <decapod/governance/statement.h>
#include <decapod/governance/statements.h>

#include <algorithm>

#include "subject.h"

namespace decapod::workunit {
namespace {

using contract::Context;

constexpr std::string_view kUnitCodes[] = {"WORKUNIT_UNREADABLE", "WORKUNIT_ALTERED", "WORKUNIT_UNRECORDED",
                                           "WORKUNIT_TASK_MISSING", "WORKUNIT_NOT_PROVED"};
constexpr std::string_view kProofCodes[] = {"PROOF_UNREADABLE", "PROOF_ALTERED", "PROOF_UNCONFIRMED",
                                            "PROOF_NOT_SIGNED"};
constexpr std::string_view kEvidence = "keep a copy of the state directory as evidence";

void found(GateReport& report, std::string_view code, std::string message, std::string where) {
  add_finding(report, {.code = std::string(code),
                       .message = std::move(message),
                       .where = std::move(where),
                       .hint = std::string(kEvidence)});
}

// The newest record that names the unit names the sum of what is there now.
void check_record(Context& context, store::StoredUnit const& stored, GateReport& report) {
  auto const& id = stored.unit.id;
  auto const commit = contract::last_commit_of(context, unit_key(id));
  if (!commit) return found(report, "WORKUNIT_UNRECORDED", "no mutation names the unit " + id, unit_key(id));
  auto const sum = rules::sum_of(document_of(context, stored));
  if (contract::names_key(*commit, sum_key(sum))) return;
  found(report, "WORKUNIT_ALTERED",
        "the unit " + id + " is not what the mutation " + to_string(commit->marker) + " (" + commit->operation +
            ") left behind",
        unit_key(id));
}

// What a verified unit says of itself: a proof of each gate, of its tree and level. Whether they are fresh is told, not
// judged: time passes without anybody's doing.
void check_verified(Context& context, store::StoredUnit const& stored, GateReport& report) {
  auto const& unit = stored.unit;
  if (!unit.verified) return;
  auto const& verified = *unit.verified;
  auto const proofs = store::deciding_proofs(context.store(), stored, verified.at.tree);
  for (auto const& judgement : rules::judge(unit.plan, proofs, verified.at.tree, verified.level, context.now().wall)) {
    if (judgement.lacks == Lack::nothing) continue;
    if (judgement.lacks == Lack::freshness) {
      report.notices.push_back("the proof of '" + judgement.gate->name + "' of " + unit.id + " is older than " +
                               to_string(kFreshFor));
      continue;
    }
    found(report, "WORKUNIT_NOT_PROVED",
          unit.id + " is verified, and its gate '" + judgement.gate->name + "' lacks " +
              std::string(to_text(judgement.lacks)),
          unit_key(unit.id));
  }
}

void units(Context& context, GateReport& report) {
  for (auto& raw : store::raw_units(context.store())) {
    bool const agree = raw.unit && raw.unit->id == raw.id && to_text(raw.unit->state) == raw.state &&
                       (raw.unit->state == State::verified) == raw.unit->verified.has_value();
    if (!agree) {
      found(report, "WORKUNIT_UNREADABLE", "the row of the unit " + raw.id + " does not agree with its body",
            unit_key(raw.id));
      continue;
    }
    store::StoredUnit const stored{.number = raw.number, .unit = *std::move(raw.unit)};
    auto const task = contract::work_facts(context, stored.unit.id);
    if (!task || task->id != stored.unit.id) {
      found(report, "WORKUNIT_TASK_MISSING", "there is no task " + stored.unit.id, unit_key(stored.unit.id));
    }
    try {
      check_record(context, stored, report);
      check_verified(context, stored, report);
    } catch (storage::Failure const& failure) {
      // One of its proofs cannot be read; the other gate names it.
      if (failure.error().code != ErrorCode::corrupt) throw;
      found(report, "WORKUNIT_UNREADABLE", "a proof of " + stored.unit.id + " cannot be read",
            unit_key(stored.unit.id));
    }
  }
}

// A signature over what the proof says, by the key that it names.
bool is_signed(Context const& context, Proof const& proof) {
  if (proof.level != Level::reproduced) return !proof.attestation && !proof.key && !proof.of;
  if (!proof.attestation || !proof.key || !proof.of) return false;
  auto const key = governance::public_key_from_hex(*proof.key);
  if (!key) return false;
  auto const statement = governance::verify({proof.attestation->text, proof.attestation->signature},
                                            governance::StatementKind::proof, context.facts().store_uuid, *key);
  if (!statement) return false;
  auto const again = governance::body_of<Reproduction>(*statement);
  return again && again->gate == proof.gate && again->command == proof.command && again->at == proof.at &&
         again->run == proof.run && again->marker == *proof.of;
}

void check_proof(Context& context, store::RawProof const& raw, GateReport& report) {
  auto const where = proof_key(raw.id);
  auto const what = "the proof " + raw.id.substr(0, 12) + " of " + raw.unit;
  if (!raw.proof) return found(report, "PROOF_UNREADABLE", what + " cannot be read", where);
  auto const& proof = *raw.proof;
  bool const agree = proof.id == raw.id && rules::id_of(proof) == raw.id && proof.gate == raw.gate &&
                     to_text(proof.level) == raw.level && to_text(proof.outcome) == raw.outcome &&
                     proof.at.tree == raw.tree && store::command_hash(proof.command) == raw.command &&
                     (!proof.run || rules::outcome_of(*proof.run) == proof.outcome);
  if (!agree) return found(report, "PROOF_ALTERED", what + " is not what its id is the hash of", where);
  auto const confirmed = confirm(context, proof);
  if (!confirmed) return found(report, "PROOF_UNCONFIRMED", what + ": " + confirmed.error().message, where);
  if (!is_signed(context, proof)) {
    found(report, "PROOF_NOT_SIGNED", what + " is " + raw.level + " and its signature does not say so", where);
  }
}

void proofs(Context& context, GateReport& report) {
  store::each_raw_proof(context.store(), [&](auto const& raw) { check_proof(context, raw, report); });
}

constexpr contract::Gate kGates[] = {
    {"workunit.consistency",
     "Every work unit is what its last recorded change left behind, and a verified one has a proof of every gate",
     kUnitCodes, &units},
    {"workunit.proofs",
     "Every proof is what a committed request recorded, and a reproduced one carries the signature that says so",
     kProofCodes, &proofs},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::workunit
