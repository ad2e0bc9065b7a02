#include <decapod/contract/subsystem.h>
#include <decapod/workunit/lack_words.h>

#include <algorithm>

#include "demand.h"
#include "handlers.h"
#include "subject.h"

namespace decapod::workunit {
namespace {

using contract::Context;
using rules::Act;
using rules::Move;

Result<UnitReply> moved(Context& context, std::string_view id, std::optional<std::int64_t> token, Move move,
                        std::string reason) {
  DECAPOD_TRY(auto held, load_to_change(context, id, token));
  DECAPOD_CHECK(step_back(context, held.unit(), move, std::move(reason)));
  keep(context, held.stored);
  return reply_of(held.unit());
}

// Attached again, a reference says what it says now.
void put(std::vector<Reference>& references, Reference reference) {
  auto const same = std::ranges::find_if(
      references, [&](auto const& one) { return one.kind == reference.kind && one.name == reference.name; });
  if (same != references.end())
    *same = std::move(reference);
  else
    references.push_back(std::move(reference));
}

Result<void> check_file(Reference const& file) {
  DECAPOD_CHECK(rules::check_path(file.name));
  if (sha256_from_hex(file.sha256) && rules::is_git_id(file.revision) && file.kind != ReferenceKind::capsule) return {};
  return fail(ErrorCode::bad_request, "'" + file.name + "' comes without its hash at a commit", {{"path", file.name}});
}

// As many as were named; they are spelled from the root of the worktree, where the wish may have another beginning.
Result<void> check_files(Attach const& request) {
  if (request.files.size() != request.spec.size() + request.state.size()) {
    return fail(ErrorCode::bad_request, "the files that were named and those that were read differ in number");
  }
  for (auto const& file : request.files) DECAPOD_CHECK(check_file(file));
  return {};
}

// "c-" and 16 hex digits: an id, never a path.
Result<void> check_capsule_id(std::string_view id) {
  constexpr std::size_t kBytes = 18;
  bool const good = id.size() == kBytes && id.starts_with("c-") && std::ranges::all_of(id.substr(2), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                    });
  if (good) return {};
  return fail(ErrorCode::bad_request, "'" + std::string(id) + "' is no id of a capsule", {{"capsule", id}});
}

// With the hash that the capsule has; without one where there is none of that name yet.
Result<Reference> reference_to(Context& context, std::string const& capsule) {
  DECAPOD_CHECK(check_capsule_id(capsule));
  Reference reference{.kind = ReferenceKind::capsule, .name = capsule, .sha256 = "", .revision = ""};
  auto facts = contract::capsule_facts(context, capsule);
  if (facts)
    reference.sha256 = std::move(facts->hash);
  else if (facts.error().code != ErrorCode::not_found)
    return facts.error();
  return reference;
}

Error nothing_to_attach() {
  auto error = fail(ErrorCode::bad_request, "nothing to attach was named");
  error.hint = "name files with --spec and --state, capsules with --capsule";
  return error;
}

Result<void> set_gate(Unit& unit, Plan const& request) {
  auto const same = std::ranges::find(unit.plan, request.gate, &PlannedGate::name);
  if (same != unit.plan.end()) {
    same->command = request.command;
    return {};
  }
  if (unit.plan.size() == static_cast<std::size_t>(kGatesMax)) {
    return fail(ErrorCode::too_large, "a plan has at most " + std::to_string(kGatesMax) + " gates");
  }
  unit.plan.push_back({.name = request.gate, .command = request.command});
  return {};
}

Result<void> remove_gate(Unit& unit, Plan const& request) {
  if (!request.command.empty()) return fail(ErrorCode::bad_request, "--remove takes no command");
  DECAPOD_CHECK(planned_gate(unit, request.gate));
  std::erase_if(unit.plan, [&](auto const& gate) { return gate.name == request.gate; });
  return {};
}

// By what command the gate gets what it lacks.
std::string way_out(Unit const& unit, rules::Judgement const& judgement, Level needed) {
  auto const gate = unit.id + ' ' + judgement.gate->name;
  bool const passed = judgement.decisive != nullptr && judgement.decisive->level >= Level::observed;
  bool const signs = needed == Level::reproduced && (judgement.lacks == Lack::level || judgement.lacks == Lack::signer);
  if (signs && passed) {
    return "somebody with the operator's key, or an attestor's, runs `decapod workunit reproduce " + gate +
           "`; then verify again";
  }
  if (judgement.lacks == Lack::this_command) {
    return "`decapod workunit reopen " + unit.id + " --reason WHY`, then prove it by the planned command";
  }
  return "`decapod workunit prove " + gate + "`, then verify again" +
         (signs ? "; that one has to be reproduced before: `decapod workunit status " + unit.id + "` names each step"
                : std::string());
}

Error lacking(Unit const& unit, Subject const& at, Level needed, std::span<rules::Judgement const> judgements) {
  boost::json::array gates;
  std::string words;
  std::string hint;
  for (auto const& judgement : judgements) {
    if (judgement.lacks == Lack::nothing) continue;
    boost::json::object gate{{"gate", judgement.gate->name}, {"lacks", to_text(judgement.lacks)}};
    if (judgement.decisive != nullptr) {
      gate.emplace("level", to_text(judgement.decisive->level));
      gate.emplace("tree", judgement.decisive->at.tree);
      gate.emplace("proof", judgement.decisive->id);
    }
    gates.emplace_back(std::move(gate));
    words += words.empty() ? "" : ", ";
    words += judgement.gate->name + ' ' + lack_words(judgement.lacks, needed);
    if (hint.empty()) hint = way_out(unit, judgement, needed);
  }
  auto error =
      fail(ErrorCode::proof_insufficient, unit.id + " is not proved at " + at.tree.substr(0, 12) + ": " + words,
           {{"id", unit.id}, {"tree", at.tree}, {"needed", to_text(needed)}, {"gates", std::move(gates)}});
  error.hint = std::move(hint);
  return error;
}

Error other_tree(Unit const& unit, Subject const& here) {
  auto error = fail(ErrorCode::proof_mismatch,
                    unit.id + " was claimed at the tree " + unit.claimed->at.tree.substr(0, 12) +
                        ", and the files are now " + here.tree.substr(0, 12),
                    {{"id", unit.id}, {"claimed", unit.claimed->at.tree}, {"here", here.tree}});
  error.hint =
      "check out what was claimed, or `decapod workunit reopen " + unit.id + " --reason WHY` and claim what is there";
  return error;
}

}  // namespace

Result<UnitReply> init(Context& context, Init const& request) {
  DECAPOD_TRY(auto const task, contract::work_facts(context, request.id));
  if (task.status == contract::WorkStatus::finished || task.status == contract::WorkStatus::put_away) {
    return fail(ErrorCode::refused, task.id + " is finished: there is nothing left to prove", {{"id", task.id}});
  }
  DECAPOD_CHECK(rules::check_owner(task, context.caller(), request.token));
  if (store::find(context.store(), task.id)) {
    auto error = fail(ErrorCode::already_exists, task.id + " has a work unit", {{"id", task.id}});
    error.hint = "`decapod workunit show " + task.id + "`";
    return error;
  }
  DECAPOD_CHECK(check_never_begun(context, task.id));
  if (!rules::is_git_id(request.base)) {
    return fail(ErrorCode::tree_unknown, "nobody said at which commit the work on " + task.id + " begins");
  }
  auto const stored = store::insert(context.store(), Unit{.id = task.id,
                                                          .intent = request.intent,
                                                          .state = State::draft,
                                                          .base = request.base,
                                                          .references = {},
                                                          .plan = {},
                                                          .claimed = {},
                                                          .verified = {},
                                                          .returned = {},
                                                          .created_at = context.now().wall,
                                                          .created_by = context.caller().actor});
  keep(context, stored);
  return reply_of(stored.unit);
}

Result<UnitReply> attach(Context& context, Attach const& request) {
  DECAPOD_TRY(auto held, load_to_change(context, request.id, request.token));
  auto& unit = held.unit();
  if (!rules::allows(unit.state, Act::attach)) return rules::refuse_act(unit, Act::attach);
  if (request.files.empty() && request.capsule.empty()) return nothing_to_attach();
  DECAPOD_CHECK(check_files(request));
  for (auto const& file : request.files) put(unit.references, file);
  for (auto const& capsule : request.capsule) {
    DECAPOD_TRY(auto reference, reference_to(context, capsule));
    put(unit.references, std::move(reference));
  }
  if (unit.references.size() > static_cast<std::size_t>(kReferencesMax)) {
    return fail(ErrorCode::too_large, "a unit has at most " + std::to_string(kReferencesMax) + " references");
  }
  std::ranges::sort(unit.references, {}, [](auto const& one) { return std::pair(one.kind, one.name); });
  keep(context, held.stored);
  return reply_of(unit);
}

Result<UnitReply> plan(Context& context, Plan const& request) {
  DECAPOD_TRY(auto held, load_to_change(context, request.id, request.token));
  auto& unit = held.unit();
  if (!rules::allows(unit.state, Act::plan)) return rules::refuse_act(unit, Act::plan);
  DECAPOD_CHECK(rules::check_gate_name(request.gate));
  if (request.remove == Remove::yes) {
    DECAPOD_CHECK(remove_gate(unit, request));
  } else {
    DECAPOD_CHECK(rules::check_command(request.command));
    DECAPOD_CHECK(set_gate(unit, request));
  }
  keep(context, held.stored);
  return reply_of(unit);
}

Result<UnitReply> start(Context& context, Start const& request) {
  DECAPOD_TRY(auto held, load_to_change(context, request.id, request.token));
  auto& unit = held.unit();
  if (unit.plan.empty() && unit.state == State::draft) {
    auto error = fail(ErrorCode::refused, unit.id + " has nothing to prove: its plan is empty", {{"id", unit.id}});
    error.hint = "`decapod workunit plan " + unit.id + " GATE -- COMMAND` plans a gate";
    return error;
  }
  DECAPOD_CHECK(make_move(unit, Move::start));
  keep(context, held.stored);
  return reply_of(unit);
}

Result<UnitReply> claim(Context& context, Claim const& request) {
  DECAPOD_TRY(auto held, load_to_change(context, request.id, request.token));
  auto& unit = held.unit();
  DECAPOD_CHECK(make_move(unit, Move::claim));
  DECAPOD_TRY(auto const here, told(request.here));
  unit.claimed = Claimed{
      .at = here, .when = context.now().wall, .by = context.caller().actor, .marker = to_string(context.marker())};
  keep(context, held.stored);
  return reply_of(unit);
}

Result<VerifyReply> verify(Context& context, Verify const& request) {
  DECAPOD_TRY(auto held, load(context, request.id));
  DECAPOD_CHECK(check_recorded(context, held.stored));
  auto& unit = held.unit();
  if (!rules::after(unit.state, Move::verify)) return rules::refuse_move(unit, Move::verify);
  DECAPOD_TRY(auto const here, told(request.here));
  auto const& at = unit.claimed->at;
  if (here.tree != at.tree) return other_tree(unit, here);
  DECAPOD_CHECK(check_may_judge(context, held.task, request.paths, request.complete));
  DECAPOD_TRY(auto const demanded, demand(context, held.task, request.paths, request.complete));
  DECAPOD_TRY(auto const trusted, trusted_keys(context));
  auto const proofs = store::deciding_proofs(context.store(), held.stored, at.tree, trusted);
  auto const judgements = rules::judge(unit.plan, proofs, at.tree, demanded.level, context.now().wall, trusted);
  if (!rules::lacks_nothing(judgements)) return lacking(unit, at, demanded.level, judgements);
  Verified verified{.at = at,
                    .risk = std::string(to_text(demanded.risk)),
                    .level = demanded.level,
                    .policy = demanded.policy,
                    .proofs = {},
                    .when = context.now().wall,
                    .by = context.caller().actor,
                    .marker = to_string(context.marker())};
  for (auto const& judgement : judgements) {
    // A proof that no commit has recorded proves nothing.
    DECAPOD_CHECK(confirm(context, *judgement.decisive));
    verified.proofs.push_back(judgement.decisive->id);
  }
  DECAPOD_CHECK(make_move(unit, Move::verify));
  unit.verified = std::move(verified);
  keep(context, held.stored);
  return VerifyReply{
      .id = unit.id, .state = unit.state, .at = at, .risk = unit.verified->risk, .level = demanded.level};
}

Result<UnitReply> reopen(Context& context, Reopen const& request) {
  return moved(context, request.id, request.token, Move::reopen, request.reason);
}

Result<UnitReply> revise(Context& context, Revise const& request) {
  return moved(context, request.id, request.token, Move::revise, request.reason);
}

}  // namespace decapod::workunit
