#pragma once
// Pure decisions: which moves are allowed, who may make them, what each gate lacks. No SQL, no clock, no I/O.

#include <decapod/base/caller.h>
#include <decapod/base/error.h>
#include <decapod/contract/work.h>
#include <decapod/workunit/record.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::workunit::rules {

// What changes where a unit stands. `refute` is nobody's wish: it happens when a proof fails at the tree that was
// claimed.
enum class Move : std::uint8_t { start, claim, verify, reopen, revise, refute };
BOOST_DESCRIBE_ENUM(Move, start, claim, verify, reopen, revise, refute)

// What is done to a unit where it stands.
enum class Act : std::uint8_t { attach, plan, prove, assert_, reproduce };

// The transition table. nullopt: not allowed from there.
std::optional<State> after(State from, Move move);
// Those that somebody may ask for.
std::vector<std::string_view> moves_from(State from);
// bad_transition, naming the allowed moves.
Error refuse_move(Unit const& unit, Move move);

bool allows(State state, Act act);
Error refuse_act(Unit const& unit, Act act);

// A unit belongs to whoever holds its task, as a claim does: to the session that claimed it, and to whoever shows the
// token. Where nobody holds the task it is open to all. Errors: not_holder, stale_token.
Result<void> check_owner(contract::WorkFacts const& task, Caller const& caller, std::optional<std::int64_t> token);

// One gate, judged at one tree.
struct Judgement {
  PlannedGate const* gate = nullptr;
  Lack lacks = Lack::proof;
  Proof const* decisive = nullptr;  // the newest of the highest level there is; of another tree or command for such a
                                    // lack; nullptr: there is none
};

// Whose signature makes a proof a reproduced one now: public keys in hex.
using TrustedKeys = std::span<std::string const>;
// Whether a proof counts for what it says. One that was signed with a key that is trusted no more does not, unless it
// says that the gate failed: to take somebody's trust away never makes anything pass.
bool counts(Proof const& proof, TrustedKeys trusted);

// What every gate of the plan lacks at `tree`, in the plan's order. `proofs` are oldest first; what is returned points
// into plan and proofs. A gate lacks nothing exactly if, among its proofs of the planned command at this tree that
// count,
//   the newest of the highest level passed, is of `needed` or a higher level, and is not older than kFreshFor;
//   and of no lower level is the newest one newer than that, and failed: only a proof of the same level or a higher one
//   outweighs a failure.
std::vector<Judgement> judge(std::span<PlannedGate const> plan, std::span<Proof const> proofs, std::string_view tree,
                             Level needed, Timestamp now, TrustedKeys trusted);

bool lacks_nothing(std::span<Judgement const> judgements);

Outcome outcome_of(Run const& run);

// The bytes whose SHA-256 is the proof's id, and the id.
std::string id_of(Proof proof);
// And those of a document: what the trail's record of each change names.
std::string sum_of(Document const& document);

// Whether this is a name that a gate may have. bad_request.
Result<void> check_gate_name(std::string_view name);
// bad_request, too_large.
Result<void> check_command(std::span<std::string const> command);
// bad_request: it is no path from the root of a worktree, in its one spelling.
Result<void> check_path(std::string_view path);
// Lower-case hex of 40 or 64 digits.
bool is_git_id(std::string_view text);

}  // namespace decapod::workunit::rules
