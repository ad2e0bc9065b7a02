#include "rules.h"

#include <decapod/base/digest.h>

#include <algorithm>
#include <array>

namespace decapod::workunit::rules {
namespace {

boost::json::array moves_as_json(State from) {
  boost::json::array moves;
  for (auto const move : moves_from(from)) moves.emplace_back(move);
  return moves;
}

std::string moves_as_words(State from) {
  std::string words;
  for (auto const move : moves_from(from)) words.append(words.empty() ? "" : ", ").append(move);
  return words;
}

std::string act_name(Act act) {
  switch (act) {
    case Act::attach:
      return "attach";
    case Act::plan:
      return "plan";
    case Act::prove:
      return "prove";
    case Act::assert_:
      return "assert";
    case Act::reproduce:
      break;
  }
  return "reproduce";
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_of(Proof const& proof, PlannedGate const& gate) {
  return proof.gate == gate.name;
}

// A failure is one of the command at the tree, under whatever name it was planned then.
bool speaks_of(Proof const& proof, PlannedGate const& gate, std::string_view tree) {
  bool const same_run = proof.at.tree == tree && proof.command == gate.command;
  return same_run && (is_of(proof, gate) || proof.outcome == Outcome::failed);
}

// Why a gate without a proof that speaks of it has none.
Judgement without_proof(PlannedGate const& gate, std::span<Proof const> proofs, std::string_view tree) {
  Judgement judgement{.gate = &gate, .lacks = Lack::proof, .decisive = nullptr};
  for (auto const& proof : proofs) {
    if (!is_of(proof, gate) || proof.outcome == Outcome::failed) continue;
    judgement.decisive = &proof;
    judgement.lacks = proof.at.tree == tree ? Lack::this_command : Lack::this_tree;
  }
  return judgement;
}

// What a gate is said to lack, where a proof that does not count any more would have been enough.
Judgement because_of(Proof const* discounted, Judgement judgement) {
  bool const missing = judgement.lacks == Lack::proof || judgement.lacks == Lack::this_tree ||
                       judgement.lacks == Lack::this_command || judgement.lacks == Lack::level;
  if (discounted == nullptr || !missing) return judgement;
  return {.gate = judgement.gate, .lacks = Lack::signer, .decisive = discounted};
}

Judgement judge_gate(PlannedGate const& gate, std::span<Proof const> proofs, std::string_view tree, Level needed,
                     Timestamp now, TrustedKeys trusted) {
  std::array<Proof const*, reflect::enumerator_count<Level>> newest_of{};
  Proof const* discounted = nullptr;
  for (auto const& proof : proofs) {
    if (!speaks_of(proof, gate, tree)) continue;
    if (!counts(proof, trusted))
      discounted = &proof;
    else
      newest_of[static_cast<std::size_t>(proof.level)] = &proof;
  }
  if (std::ranges::count(newest_of, nullptr) == std::ssize(newest_of))
    return because_of(discounted, without_proof(gate, proofs, tree));
  bool passed_below = false;
  Proof const* decisive = nullptr;
  for (auto const* proof : newest_of) {
    if (proof == nullptr) continue;
    if (decisive != nullptr) passed_below = passed_below || decisive->outcome == Outcome::passed;
    decisive = proof;
  }
  // They are one after the other in `proofs`, oldest first.
  bool const failed_since = std::ranges::any_of(newest_of, [&](Proof const* proof) {
    return proof != nullptr && proof > decisive && proof->outcome == Outcome::failed;
  });
  auto const verdict = [&] {
    if (decisive->outcome == Outcome::failed) return passed_below ? Lack::agreement : Lack::success;
    if (failed_since) return Lack::success;
    if (decisive->level < needed) return Lack::level;
    if (now - decisive->made_at > kFreshFor) return Lack::freshness;
    return Lack::nothing;
  };
  return because_of(discounted, {.gate = &gate, .lacks = verdict(), .decisive = decisive});
}

}  // namespace

std::optional<State> after(State from, Move move) {
  struct Row {
    State from;
    Move move;
    State to;
  };
  constexpr Row kTable[] = {
      {State::draft, Move::start, State::executing},     {State::executing, Move::claim, State::claimed},
      {State::executing, Move::revise, State::draft},    {State::claimed, Move::verify, State::verified},
      {State::claimed, Move::reopen, State::executing},  {State::claimed, Move::refute, State::executing},
      {State::verified, Move::reopen, State::executing}, {State::verified, Move::refute, State::executing},
  };
  for (auto const& row : kTable) {
    if (row.from == from && row.move == move) return row.to;
  }
  return std::nullopt;
}

std::vector<std::string_view> moves_from(State from) {
  std::vector<std::string_view> moves;
  for (auto const move : reflect::enum_values<Move>) {
    if (move != Move::refute && after(from, move)) moves.push_back(to_text(move));
  }
  return moves;
}

Error refuse_move(Unit const& unit, Move move) {
  auto error = fail(ErrorCode::bad_transition,
                    unit.id + " is " + std::string(to_text(unit.state)) + ": '" + std::string(to_text(move)) +
                        "' is not allowed from there",
                    {{"id", unit.id}, {"state", to_text(unit.state)}, {"allowed", moves_as_json(unit.state)}});
  error.hint = "allowed from here: " + moves_as_words(unit.state);
  return error;
}

bool allows(State state, Act act) {
  switch (act) {
    case Act::attach:
      return state == State::draft || state == State::executing;
    case Act::plan:
      return state == State::draft;
    case Act::prove:
    case Act::assert_:
      return state == State::executing || state == State::claimed;
    case Act::reproduce:
      break;
  }
  return state != State::draft;
}

Error refuse_act(Unit const& unit, Act act) {
  auto error =
      fail(ErrorCode::bad_transition,
           "'" + act_name(act) + "' is not allowed while " + unit.id + " is " + std::string(to_text(unit.state)),
           {{"id", unit.id}, {"state", to_text(unit.state)}, {"allowed", moves_as_json(unit.state)}});
  error.hint = "move it first; allowed from here: " + moves_as_words(unit.state);
  return error;
}

Result<void> check_owner(contract::WorkFacts const& task, Caller const& caller, std::optional<std::int64_t> token) {
  auto const& holder = task.holder;
  boost::json::object details{{"id", task.id}, {"status", to_text(task.status)}};
  if (holder) details.emplace("holder", holder->actor);
  if (token) {
    if (holder && holder->token == *token) return {};
    auto const who = holder ? task.id + " is held by " + holder->actor : "nobody holds " + task.id;
    auto error =
        fail(ErrorCode::stale_token, "token " + std::to_string(*token) + " is not the current one: " + who, details);
    if (task.status == contract::WorkStatus::open)
      error.hint = "if you had a claim, it ended: `decapod todo claim " + task.id + "` takes the task again";
    return error;
  }
  if (!holder || (holder->actor == caller.actor && holder->session == caller.session)) return {};
  bool const own = holder->actor == caller.actor;
  auto error = fail(ErrorCode::not_holder,
                    task.id + " is held by " + holder->actor + (own ? " in another session" : ""), details);
  if (own) error.hint = "if it is your claim, pass --token N; `decapod todo show " + task.id + "` prints N";
  return error;
}

bool counts(Proof const& proof, TrustedKeys trusted) {
  if (proof.level != Level::reproduced || proof.outcome == Outcome::failed) return true;
  return proof.key && std::ranges::find(trusted, *proof.key) != trusted.end();
}

std::vector<Judgement> judge(std::span<PlannedGate const> plan, std::span<Proof const> proofs, std::string_view tree,
                             Level needed, Timestamp now, TrustedKeys trusted) {
  std::vector<Judgement> judgements;
  for (auto const& gate : plan) judgements.push_back(judge_gate(gate, proofs, tree, needed, now, trusted));
  return judgements;
}

bool lacks_nothing(std::span<Judgement const> judgements) {
  return std::ranges::all_of(judgements, [](auto const& one) { return one.lacks == Lack::nothing; });
}

Outcome outcome_of(Run const& run) {
  return run.ending == Ending::exited && run.status == 0 ? Outcome::passed : Outcome::failed;
}

std::string id_of(Proof proof) {
  proof.id.clear();
  return hex(sha256(to_text(codec::encode(proof))));
}

std::string sum_of(Document const& document) {
  return hex(sha256(to_text(codec::encode(document))));
}

Result<void> check_gate_name(std::string_view name) {
  if (!name.empty() && name.front() != '-' && name.front() != '.' && std::ranges::all_of(name, is_name_character)) {
    return {};
  }
  auto error = fail(ErrorCode::bad_request, "'" + std::string(name) + "' is no name of a gate", {{"gate", name}});
  error.hint = "it has only a-z, 0-9, '-', '_' and '.', and begins with a letter, a digit or '_': tests, lint-docs";
  return error;
}

Result<void> check_command(std::span<std::string const> command) {
  if (command.empty() || command.front().empty()) {
    auto error = fail(ErrorCode::bad_request, "a gate needs the command that proves it");
    error.hint = "give it after `--`";
    return error;
  }
  std::size_t bytes = 0;
  for (auto const& word : command) bytes += word.size() + 1;
  if (bytes <= static_cast<std::size_t>(kCommandBytesMax)) return {};
  auto error = fail(ErrorCode::too_large, "the command has more than " + std::to_string(kCommandBytesMax) + " bytes");
  error.hint = "put it into a script of the repository";
  return error;
}

Result<void> check_path(std::string_view path) {
  auto const refused = [whole = path] {
    auto error = fail(ErrorCode::bad_request, "'" + std::string(whole) + "' is no path from the worktree's root",
                      {{"path", whole}});
    error.hint = "without '.' and '..', and without a '/' at either end";
    return error;
  };
  if (path.empty() || path.back() == '/') return refused();
  while (!path.empty()) {
    auto const end = std::min(path.find('/'), path.size());
    auto const part = path.substr(0, end);
    if (part.empty() || part == "." || part == "..") return refused();
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return {};
}

bool is_git_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace decapod::workunit::rules
