#include "subject.h"

#include <decapod/base/suggest.h>
#include <decapod/contract/subsystem.h>

namespace decapod::workunit {

using contract::Context;

Result<Held> load(Context& context, std::string_view id) {
  DECAPOD_TRY(auto task, contract::work_facts(context, id));
  auto stored = store::find(context.store(), task.id);
  if (!stored) {
    auto error = fail(ErrorCode::not_found, task.id + " has no work unit", {{"id", task.id}});
    error.hint = "`decapod workunit init " + task.id + " --intent TEXT` begins one";
    return error;
  }
  return Held{.task = std::move(task), .stored = *std::move(stored)};
}

Result<Held> load_to_change(Context& context, std::string_view id, std::optional<std::int64_t> token) {
  DECAPOD_TRY(auto held, load(context, id));
  if (held.task.status == contract::WorkStatus::put_away) {
    return fail(ErrorCode::refused, held.task.id + " is archived: its work unit stays as it is",
                {{"id", held.task.id}});
  }
  DECAPOD_CHECK(rules::check_owner(held.task, context.caller(), token));
  DECAPOD_CHECK(check_recorded(context, held.stored));
  return held;
}

Result<void> check_recorded(Context& context, store::StoredUnit const& stored) {
  auto const& id = stored.unit.id;
  auto const sum = rules::sum_of(document_of(context, stored));
  auto const commit = contract::last_commit_of(context, unit_key(id));
  if (commit && contract::names_key(*commit, sum_key(sum))) return {};
  auto error =
      fail(ErrorCode::marker_unconfirmed, "the unit " + id + " is not what its last recorded change left behind",
           {{"id", id}, {"sum", sum}, {"marker", commit ? to_string(commit->marker) : ""}});
  error.hint = "`decapod validate` names what was altered; keep a copy of the state directory as evidence";
  return error;
}

Result<void> check_never_begun(Context& context, std::string_view id) {
  auto const commit = contract::last_commit_of(context, unit_key(id));
  if (!commit) return {};
  auto error = fail(ErrorCode::marker_unconfirmed,
                    "the work unit of " + std::string(id) + " was changed by " + to_string(commit->marker) + " (" +
                        commit->operation + "), and it is not in the store",
                    {{"id", id}, {"marker", to_string(commit->marker)}});
  error.hint = "`decapod validate` names what is gone; keep a copy of the state directory as evidence";
  return error;
}

Result<PlannedGate const*> planned_gate(Unit const& unit, std::string_view name) {
  std::vector<std::string_view> names;
  for (auto const& gate : unit.plan) {
    if (gate.name == name) return &gate;
    names.push_back(gate.name);
  }
  auto error = fail(ErrorCode::not_found, "the plan of " + unit.id + " has no gate '" + std::string(name) + "'",
                    {{"id", unit.id}, {"gate", name}});
  error.suggestions = closest(name, names);
  error.hint = "`decapod workunit show " + unit.id + "` prints the plan";
  return error;
}

Result<Subject> told(std::optional<Subject> const& subject) {
  if (!subject) return fail(ErrorCode::tree_unknown, "nobody said which tree this is about");
  if (rules::is_git_id(subject->tree) && rules::is_git_id(subject->head)) return *subject;
  return fail(ErrorCode::tree_unknown, "'" + subject->tree + "' at '" + subject->head + "' is no tree at a commit");
}

Document document_of(Context& context, store::StoredUnit const& stored) {
  return {.unit = stored.unit, .proofs = store::counting_proofs(context.store(), stored)};
}

void keep(Context& context, store::StoredUnit const& stored) {
  store::save(context.store(), stored);
  context.affects(unit_key(stored.unit.id));
  context.affects(sum_key(rules::sum_of(document_of(context, stored))));
}

UnitReply reply_of(Unit const& unit) {
  return {.id = unit.id,
          .state = unit.state,
          .gates = static_cast<std::int64_t>(unit.plan.size()),
          .references = static_cast<std::int64_t>(unit.references.size())};
}

Result<void> make_move(Unit& unit, rules::Move move) {
  auto const to = rules::after(unit.state, move);
  if (!to) return rules::refuse_move(unit, move);
  unit.state = *to;
  if (*to != State::verified) unit.verified.reset();
  if (*to == State::draft || *to == State::executing) unit.claimed.reset();
  return {};
}

Result<void> step_back(Context const& context, Unit& unit, rules::Move move, std::string reason) {
  auto const from = unit.state;
  DECAPOD_CHECK(make_move(unit, move));
  unit.returned =
      Returned{.from = from, .reason = std::move(reason), .when = context.now().wall, .by = context.caller().actor};
  return {};
}

Result<void> confirm(Context& context, Proof const& proof) {
  auto const marker = marker_from(proof.marker);
  if (!marker) return fail(ErrorCode::marker_unconfirmed, "'" + proof.marker + "' is no marker");
  DECAPOD_TRY(auto const commit, contract::commit_at(context, *marker));
  auto const id = rules::id_of(proof);
  if (id == proof.id && contract::names_key(commit, proof_key(id))) return {};
  return fail(ErrorCode::marker_unconfirmed,
              "the commit " + proof.marker + " (" + commit.operation + ") did not record the proof " + id.substr(0, 12),
              {{"marker", proof.marker}, {"operation", commit.operation}, {"proof", id}});
}

std::string unit_key(std::string_view id) {
  return "workunit/unit/" + std::string(id);
}

std::string sum_key(std::string_view sum) {
  return "workunit/sum/" + std::string(sum);
}

std::string proof_key(std::string_view id) {
  return "workunit/proof/" + std::string(id);
}

}  // namespace decapod::workunit
