#pragma once
// What handlers and the engine may ask about the policy, inside the request's own transaction. One subsystem offers it;
// nobody sees its tables. Where none does, nothing was ever signed: the built-in policy judges.

#include <decapod/base/json.h>
#include <decapod/contract/context.h>
#include <decapod/contract/policy_in_force.h>
#include <decapod/contract/subsystem.h>
#include <decapod/governance/keys.h>
#include <decapod/governance/statement.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::contract {

// Something that is about to be done, as the policy judges it. Borrowed for the call.
struct Action {
  std::string_view operation;   // "promote.record"
  json::object const& meaning;  // of its arguments: meaning_of() their canonical form
  Concern concern;              // the task and the paths that it is about
  // What names the ids in `meaning`: an approval is asked for whole ones. nullptr: they are whole.
  Operation const* declared = nullptr;
};

// What the operator has signed to put the policy in force: enough for somebody without the store to verify it.
struct PolicyEvidence {
  std::string document;                  // canonical; the policy that judges now
  std::int64_t sequence = 0;             // of its activation; 0: it is built in, and nobody signed it
  governance::Signed activation;         // empty for sequence 0
  std::vector<governance::Signed> keys;  // oldest first: the first signed by itself, each other one by the one before
};

// Each may throw storage::Failure. `Context::now()` says what has expired.
struct Authority {
  // Stays valid until the context goes. policy_invalid: the stored policy is not what the operator signed; whoever asks
  // must refuse what is not signed itself.
  Result<PolicyInForce const*> (*in_force)(Context& context) = nullptr;
  // How far the caller is trusted: the policy's default, or more by the token that came with the request.
  Result<governance::Trust> (*trust)(Context& context) = nullptr;
  // Uses up one use of an approval for exactly this, by this caller. Its id ("ap-..."), which it also adds to
  // Context::affects. approval_required, with the command that the operator would run and why those that are there do
  // not count.
  Result<std::string> (*consume)(Context& context, std::string_view operation, json::object const& meaning) = nullptr;
  // The operator's keys, oldest first; the last one is in force. Empty: none was pinned. policy_invalid: their history
  // is no chain.
  Result<std::vector<governance::PublicKey>> (*operator_keys)(Context& context) = nullptr;
  // The id of the approval that consume() would use, with the same refusals; uses up nothing.
  Result<std::string> (*find)(Context& context, std::string_view operation, json::object const& meaning) = nullptr;
  // policy_invalid.
  Result<PolicyEvidence> (*evidence)(Context& context) = nullptr;
  // The statement of the approval with this id, used up or not. not_found.
  Result<governance::Signed> (*approval)(Context& context, std::string_view id) = nullptr;
};

inline Authority const* authority_of(Context& context) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->authority != nullptr) return subsystem->authority;
  }
  return nullptr;
}

inline Result<PolicyInForce const*> policy_in_force(Context& context) {
  auto const* authority = authority_of(context);
  return authority != nullptr ? authority->in_force(context) : &built_in_policy();
}

inline Result<governance::Trust> trust_of_caller(Context& context) {
  auto const* authority = authority_of(context);
  return authority != nullptr ? authority->trust(context) : governance::built_in().default_trust;
}

// The command by which the operator trusts somebody further, as it can be pasted into a shell.
std::string trust_command(std::string_view actor, governance::Trust level);

// Without an authority there can be no approval: approval_required.
Result<std::string> consume_approval(Context& context, std::string_view operation, json::object const& meaning);

inline Result<std::vector<governance::PublicKey>> operator_keys(Context& context) {
  auto const* authority = authority_of(context);
  return authority != nullptr ? authority->operator_keys(context) : std::vector<governance::PublicKey>{};
}

inline Result<PolicyEvidence> policy_evidence(Context& context) {
  if (auto const* authority = authority_of(context)) return authority->evidence(context);
  return PolicyEvidence{
      .document = governance::canonical(governance::built_in()), .sequence = 0, .activation = {}, .keys = {}};
}

inline Result<governance::Signed> approval_statement(Context& context, std::string_view id) {
  if (auto const* authority = authority_of(context)) return authority->approval(context, id);
  return fail(ErrorCode::not_found, "there is no approval '" + std::string(id) + "'", {{"id", id}});
}

// The meaning of a request as the policy judges it: every id in it that names something is the whole one. What names
// nothing stays as it is, for the handler to refuse.
json::object exact_meaning(Context& context, Operation const& operation, json::object meaning);

// What a policy asks of an operation that is about this.
governance::Demand demand_of(governance::Document const& document, std::string_view operation, Concern const& concern);

// The whole judgement: what the policy in force asks for this action, and whether it is there. An approval that was
// needed is used up, and named by Context::approval() from then on. Refusals: policy_required, policy_denied,
// approval_required, policy_invalid; the message names what is missing, details.missing lists it, details.risk and
// details.reasons say why.
Result<void> admit(Context& context, Action const& action);

// Whether admit() would let it in, with the same refusals; uses up nothing. The approval that it would use; "" if none
// is needed.
Result<std::string> would_admit(Context& context, Action const& action);

}  // namespace decapod::contract
