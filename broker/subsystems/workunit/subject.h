#pragma once
// A unit with its task, as a handler works on it, and what every change of it leaves in the trail.

#include <decapod/contract/context.h>
#include <decapod/contract/work.h>
#include <decapod/workunit/requests.h>

#include "rules.h"
#include "store.h"

namespace decapod::workunit {

// A unit that a request is about.
struct Held {
  contract::WorkFacts task;
  store::StoredUnit stored;
  Unit& unit() { return stored.unit; }
};

// not_found: no such task, or it has no unit; ambiguous_id.
Result<Held> load(contract::Context& context, std::string_view id);
// Whether it is what its last recorded change left behind, as far as that change named it: the unit, and of each gate
// and level the newest proof. Without this, whoever changes it next would record what somebody put there by hand.
// marker_unconfirmed.
Result<void> check_recorded(contract::Context& context, store::StoredUnit const& stored);
// Whether the trail knows of no unit of this task: one that is gone is not begun again. marker_unconfirmed.
Result<void> check_never_begun(contract::Context& context, std::string_view id);
// The same as load() for whoever wants to change it, and check_recorded(). refused: the task is archived. not_holder,
// stale_token.
Result<Held> load_to_change(contract::Context& context, std::string_view id, std::optional<std::int64_t> token);

// The gate of this name in the plan; not_found, with suggestions.
Result<PlannedGate const*> planned_gate(Unit const& unit, std::string_view name);

// A tree that was told by the client, as an optional fact. tree_unknown, proof_mismatch: none, or none that git names.
Result<Subject> told(std::optional<Subject> const& subject);

Document document_of(contract::Context& context, store::StoredUnit const& stored);

// Stores the unit and names what changed: the unit, and the sum of the document that it exports to from now on.
void keep(contract::Context& context, store::StoredUnit const& stored);
UnitReply reply_of(Unit const& unit);

// Makes a move: the table's next state, and what no longer holds there is gone. bad_transition.
Result<void> make_move(Unit& unit, rules::Move move);
// The same for a step back, with why.
Result<void> step_back(contract::Context const& context, Unit& unit, rules::Move move, std::string reason);

// Whether the store confirms the commit that recorded a proof, and that it recorded exactly this one.
// marker_unconfirmed, naming both.
Result<void> confirm(contract::Context& context, Proof const& proof);

std::string unit_key(std::string_view id);
std::string sum_key(std::string_view sum);
std::string proof_key(std::string_view id);

}  // namespace decapod::workunit
