#include "checks.h"

#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>
#include <decapod/governance/statement.h>
#include <decapod/governance/statements.h>

#include <algorithm>

#include "demand.h"
#include "subject.h"

namespace decapod::workunit {
namespace {

using contract::Context;

constexpr std::string_view kUnitCodes[] = {"WORKUNIT_UNREADABLE",   "WORKUNIT_ALTERED",    "WORKUNIT_UNRECORDED",
                                           "WORKUNIT_TASK_MISSING", "WORKUNIT_NOT_PROVED", "WORKUNIT_GONE"};
constexpr std::string_view kProofCodes[] = {"PROOF_UNREADABLE", "PROOF_ALTERED",   "PROOF_UNCONFIRMED",
                                            "PROOF_NOT_SIGNED", "PROOF_MISPLACED", "PROOF_GONE"};
constexpr std::string_view kEvidence = "keep a copy of the state directory as evidence";

void found(GateReport& report, std::string_view code, std::string message, std::string where) {
  add_finding(report, {.code = std::string(code),
                       .message = std::move(message),
                       .where = std::move(where),
                       .hint = std::string(kEvidence)});
}

// What the trail says was there once, by keys that begin so, and is not in the table.
std::vector<std::string> lost(Context& context, std::string const& keys, std::string const& table) {
  auto const from = "key:" + keys;
  auto to = from;
  ++to.back();
  std::vector<std::string> gone;
  auto rows = context.store().query(
      "SELECT DISTINCT substr(term, ?3) FROM audit_index WHERE term >= ?1 AND term < ?2 EXCEPT SELECT id FROM " + table,
      from, to, static_cast<std::int64_t>(from.size()) + 1);
  while (rows.next()) gone.push_back(rows.text(0));
  return gone;
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
// judged: time passes without anybody's doing. So is a signer whom the policy names no more: to take trust away is no
// fault of the store, and what asks for the verdict is refused.
void check_verified(Context& context, store::StoredUnit const& stored, GateReport& report) {
  auto const& unit = stored.unit;
  if (!unit.verified) return;
  auto const& verified = *unit.verified;
  // A policy that cannot be trusted is another gate's.
  auto const known = trusted_keys(context);
  auto const trusted = known ? *known : std::vector<std::string>();
  auto const proofs = store::deciding_proofs(context.store(), stored, verified.at.tree, trusted);
  for (auto const& judgement :
       rules::judge(unit.plan, proofs, verified.at.tree, verified.level, context.now().wall, trusted)) {
    if (judgement.lacks == Lack::nothing) continue;
    if (judgement.lacks == Lack::signer) {
      report.notices.push_back("the proof of '" + judgement.gate->name + "' of " + unit.id +
                               " was signed with a key that is trusted no more: it verifies nothing now");
      continue;
    }
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
  for (auto const& id : lost(context, unit_key(""), "workunit_unit")) {
    found(report, "WORKUNIT_GONE", "the trail says that there is a unit " + id + ", and it is not there", unit_key(id));
  }
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
  return again && speaks_of(*again, proof);
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
  std::pair<std::uint64_t, std::uint64_t> before;
  store::each_raw_proof(context.store(), [&](auto const& raw) {
    check_proof(context, raw, report);
    if (!raw.proof) return;
    // Which of two proofs is the newer one decides what a unit has proved.
    auto const here = store::order_of(raw.proof->marker);
    if (here <= before) {
      found(report, "PROOF_MISPLACED",
            "the proof " + raw.id.substr(0, 12) + " of " + raw.unit + " stands behind one that was recorded after it",
            proof_key(raw.id));
    }
    before = std::max(before, here);
  });
  for (auto const& id : lost(context, proof_key(""), "workunit_proof")) {
    found(report, "PROOF_GONE",
          "the trail says that the proof " + id.substr(0, 12) + " was recorded, and it is not there", proof_key(id));
  }
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
