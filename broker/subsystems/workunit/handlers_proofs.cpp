#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>
#include <decapod/governance/statement.h>
#include <decapod/governance/statements.h>

#include <algorithm>

#include "demand.h"
#include "handlers.h"
#include "subject.h"

namespace decapod::workunit {
namespace {

using contract::Context;
using rules::Act;
using rules::Move;

Error differ(std::string_view what, std::string_view here, std::string_view there) {
  return fail(ErrorCode::proof_mismatch,
              std::string(what) + " differ: " + std::string(here) + " here, " + std::string(there) + " in the proof",
              {{"what", what}, {"here", here}, {"proof", there}});
}

std::string spelled(std::span<std::string const> command) {
  return to_text(codec::encode(std::vector<std::string>(command.begin(), command.end())));
}

// The passing proof of a lower level that a failed one contradicts: its id.
std::optional<std::string> contradicted(std::span<Proof const> before, Proof const& proof) {
  std::optional<std::string> id;
  if (proof.outcome == Outcome::passed) return id;
  for (auto const& other : before) {
    bool const same = other.gate == proof.gate && other.at.tree == proof.at.tree && other.command == proof.command;
    if (same && other.level < proof.level && other.outcome == Outcome::passed) id = other.id;
  }
  return id;
}

// A failure at the tree that was claimed takes the claim back, whatever was verified by then.
Result<void> refute(Context& context, Unit& unit, Proof const& proof) {
  bool const refuted = proof.outcome == Outcome::failed && unit.claimed && unit.claimed->at.tree == proof.at.tree &&
                       rules::after(unit.state, Move::refute).has_value();
  if (!refuted) return {};
  return step_back(context, unit, Move::refute,
                   "the gate '" + proof.gate + "' failed at the claimed tree: proof " + proof.id.substr(0, 12));
}

Result<ProofReply> record(Context& context, Held& held, Proof proof) {
  DECAPOD_TRY(proof.policy, policy_hash(context));
  proof.made_at = context.now().wall;
  proof.made_by = context.caller().actor;
  proof.marker = to_string(context.marker());
  proof.id = rules::id_of(proof);
  DECAPOD_TRY(auto const trusted, trusted_keys(context));
  auto const before = store::deciding_proofs(context.store(), held.stored, proof.at.tree, trusted);
  store::add_proof(context.store(), held.stored.number, proof);
  context.affects(proof_key(proof.id));
  auto const disagrees_with = contradicted(before, proof);
  DECAPOD_CHECK(refute(context, held.unit(), proof));
  keep(context, held.stored);
  auto command = proof.command;
  return ProofReply{.id = held.unit().id,
                    .state = held.unit().state,
                    .proof = std::move(proof),
                    .command = std::move(command),
                    .disagrees_with = disagrees_with,
                    .tail = std::nullopt};
}

// The gate that a request is about, where the unit takes such a proof. Its command must be the planned one if one was
// given.
Result<PlannedGate> gate_for(Unit const& unit, std::string_view name, std::span<std::string const> command, Act act) {
  if (!rules::allows(unit.state, act)) return rules::refuse_act(unit, act);
  DECAPOD_TRY(auto const* gate, planned_gate(unit, name));
  if (command.empty() || std::ranges::equal(command, gate->command)) return *gate;
  auto error = differ("the commands of gate '" + gate->name + "'", spelled(gate->command), spelled(command));
  error.hint = "leave the command out to run the planned one, or plan another one: `decapod workunit revise " +
               unit.id + " --reason WHY` (of a claimed unit after `reopen`)";
  return error;
}

ProofReply untouched(Unit const& unit, PlannedGate const& gate) {
  return {.id = unit.id,
          .state = unit.state,
          .proof = std::nullopt,
          .command = gate.command,
          .disagrees_with = std::nullopt,
          .tail = std::nullopt};
}

Error tree_moved(Prove const& request) {
  boost::json::array changed;
  std::string words;
  for (auto const& path : request.changed) {
    changed.emplace_back(path);
    words += (words.empty() ? ": " : ", ") + path;
  }
  return fail(ErrorCode::tree_changed, "the files changed while the command ran, so it proves nothing" + words,
              {{"before", request.before->tree}, {"after", request.after->tree}, {"changed", std::move(changed)}});
}

Result<void> check_run(Run const& run) {
  if (run.ending != Ending::not_run && sha256_from_hex(run.output_sha256)) return {};
  return fail(ErrorCode::bad_request, "nothing was run, so nothing was proved");
}

// Who may sign that a gate was run again: the operator, and whom the signed policy names.
Result<governance::PublicKey> attestor(Context& context, Attestation const& attestation) {
  DECAPOD_TRY(auto const said, governance::read({attestation.text, attestation.signature}));
  DECAPOD_TRY(auto const trusted, trusted_keys(context));
  if (std::ranges::find(trusted, to_hex(said.key)) != trusted.end()) return said.key;
  auto error =
      fail(ErrorCode::signature_invalid,
           "the key " + to_hex(said.key).substr(0, 16) + " is neither the operator's nor of an attestor of the policy",
           {{"key", to_hex(said.key)}, {"reason", "other_key"}});
  error.hint =
      "the operator adds it to the policy: [[attestors]] in .decapod/policy.toml, then `decapod policy activate`";
  return error;
}

// That what was signed is about this unit, its plan, and the recorded proof that it names.
Result<Proof> recorded_proof(Context& context, Unit const& unit, PlannedGate const& gate, Reproduction const& again) {
  if (again.unit != unit.id) return differ("the units", unit.id, again.unit);
  if (again.gate != gate.name) return differ("the gates", gate.name, again.gate);
  if (again.command != gate.command) {
    return differ("the commands", spelled(gate.command), spelled(again.command));
  }
  auto const proof = store::find_proof(context.store(), again.proof);
  if (!proof) {
    return fail(ErrorCode::proof_mismatch, "the store has no proof " + again.proof.substr(0, 12),
                {{"proof", again.proof}});
  }
  DECAPOD_CHECK(confirm(context, *proof));
  if (again.marker != proof->marker) return differ("the markers", proof->marker, again.marker);
  if (proof->gate != gate.name) return differ("the gates", gate.name, proof->gate);
  if (proof->command != gate.command) {
    return differ("the commands", spelled(gate.command), spelled(proof->command));
  }
  if (proof->at.tree != again.at.tree) return differ("the trees", proof->at.tree, again.at.tree);
  return *proof;
}

}  // namespace

Result<ProofReply> prove(Context& context, Prove const& request) {
  DECAPOD_TRY(auto held, load_to_change(context, request.id, request.token));
  DECAPOD_TRY(auto const gate, gate_for(held.unit(), request.gate, request.command, Act::prove));
  if (!request.run) return fail(ErrorCode::bad_request, "nothing was run, so nothing was proved");
  // A dry run looks whether it would be taken, and leaves nothing, whoever sends it.
  if (request.run->ending == Ending::not_run) return untouched(held.unit(), gate);
  DECAPOD_CHECK(check_run(*request.run));
  DECAPOD_TRY(auto const before, told(request.before));
  DECAPOD_TRY(auto const after, told(request.after));
  if (before != after) return tree_moved(request);
  return record(context, held,
                {.gate = gate.name,
                 .level = Level::observed,
                 .outcome = rules::outcome_of(*request.run),
                 .command = gate.command,
                 .at = after,
                 .run = request.run,
                 .note = "",
                 .policy = "",
                 .of = std::nullopt,
                 .key = std::nullopt,
                 .attestation = std::nullopt,
                 .made_at = {},
                 .made_by = "",
                 .marker = "",
                 .id = ""});
}

Result<ProofReply> assert_result(Context& context, Assert const& request) {
  DECAPOD_TRY(auto held, load_to_change(context, request.id, request.token));
  DECAPOD_TRY(auto const gate, gate_for(held.unit(), request.gate, {}, Act::assert_));
  DECAPOD_TRY(auto const here, told(request.here));
  return record(context, held,
                {.gate = gate.name,
                 .level = Level::asserted,
                 .outcome = request.result,
                 .command = gate.command,
                 .at = here,
                 .run = std::nullopt,
                 .note = request.note,
                 .policy = "",
                 .of = std::nullopt,
                 .key = std::nullopt,
                 .attestation = std::nullopt,
                 .made_at = {},
                 .made_by = "",
                 .marker = "",
                 .id = ""});
}

Result<ProofReply> reproduce(Context& context, Reproduce const& request) {
  DECAPOD_TRY(auto held, load(context, request.id));
  DECAPOD_CHECK(check_recorded(context, held.stored));
  DECAPOD_TRY(auto const gate, gate_for(held.unit(), request.gate, {}, Act::reproduce));
  // A dry run runs and signs nothing: it looks whether it would be taken, and leaves nothing, whoever sends it.
  if (!request.attestation) return untouched(held.unit(), gate);
  DECAPOD_TRY(auto const key, attestor(context, *request.attestation));
  DECAPOD_TRY(auto const statement,
              governance::verify({request.attestation->text, request.attestation->signature},
                                 governance::StatementKind::proof, context.facts().store_uuid, key));
  DECAPOD_TRY(auto const again, governance::body_of<Reproduction>(statement));
  DECAPOD_CHECK(check_run(again.run));
  DECAPOD_TRY(auto const at, told(again.at));
  DECAPOD_TRY(auto const proof, recorded_proof(context, held.unit(), gate, again));
  if (store::has_attestation(context.store(), held.stored.number, *request.attestation)) {
    return fail(ErrorCode::statement_replayed, "this very statement was recorded before", {{"gate", gate.name}});
  }
  return record(context, held,
                {.gate = gate.name,
                 .level = Level::reproduced,
                 .outcome = rules::outcome_of(again.run),
                 .command = gate.command,
                 .at = at,
                 .run = again.run,
                 .note = "",
                 .policy = "",
                 .of = proof.marker,
                 .key = to_hex(key),
                 .attestation = request.attestation,
                 .made_at = {},
                 .made_by = "",
                 .marker = "",
                 .id = ""});
}

Result<ConsiderReply> consider(Context& context, Consider const& request) {
  bool const reproduces = request.purpose == Purpose::reproduce;
  DECAPOD_TRY(auto held, reproduces ? load(context, request.id) : load_to_change(context, request.id, request.token));
  auto const& unit = held.unit();
  DECAPOD_CHECK(check_recorded(context, held.stored));
  DECAPOD_TRY(auto gate, gate_for(unit, request.gate, request.command, reproduces ? Act::reproduce : Act::prove));
  ConsiderReply reply{.id = unit.id,
                      .store = context.facts().store_uuid,
                      .base = unit.base,
                      .command = std::move(gate.command),
                      .proof = std::nullopt};
  if (!reproduces) return reply;
  reply.proof = store::newest_unsigned(context.store(), held.stored, request.gate,
                                       unit.claimed ? std::optional(unit.claimed->at.tree) : std::nullopt);
  if (reply.proof) return reply;
  auto error =
      fail(ErrorCode::not_found,
           "there is no proof of '" + request.gate + "' to run again" + (unit.claimed ? " at the claimed tree" : ""),
           {{"id", unit.id}, {"gate", request.gate}});
  error.hint = "`decapod workunit prove " + unit.id + ' ' + request.gate + "` makes one";
  return error;
}

}  // namespace decapod::workunit
