// The operator's key, and the policy that it puts in force.

#include <decapod/contract/authority.h>
#include <decapod/governance/statements.h>

#include <limits>

#include "chain.h"
#include "differences.h"
#include "handlers.h"
#include "in_force.h"
#include "store.h"

namespace decapod::policy {
namespace {

using governance::KeyChange;
using governance::StatementKind;

Error unsigned_request() {
  return fail(ErrorCode::signature_invalid, "this takes a statement that the operator has signed",
              {{"reason", "missing"}});
}

Error other_than_reviewed(std::string const& reviewed, std::string const& found) {
  return fail(ErrorCode::policy_mismatch,
              "the proposal has the hash " + found + ", and " + reviewed + " was to be activated",
              {{"reviewed", reviewed}, {"found", found}});
}

Result<OperatorReply> pin(Context& context, KeyChange const& change, std::int64_t number,
                          governance::Signed const& statement) {
  if (change.number != number) {
    return fail(ErrorCode::statement_replayed,
                "the statement is about key number " + std::to_string(change.number) + ", and " +
                    std::to_string(number) + " is the next",
                {{"number", change.number}, {"next", number}});
  }
  if (!governance::public_key_from_hex(change.key)) {
    return fail(ErrorCode::signature_invalid, "the key that was signed is none", {{"reason", "not_a_statement"}});
  }
  for (auto const& known : store::keys(context.store())) {
    if (known.key == change.key) {
      return fail(ErrorCode::already_exists, "this key was the operator's before: take a new one",
                  {{"number", known.number}});
    }
  }
  store::insert(context.store(),
                {.number = number, .key = change.key, .statement = statement, .at = context.now().wall});
  context.affects("policy/key/" + std::to_string(number));
  return OperatorReply{.number = number, .key = change.key};
}

}  // namespace

// Whoever comes first: there is no key yet that could say who may. After that only the key itself can.
Result<OperatorReply> operator_init(Context& context, OperatorInit const& request) {
  if (!request.statement) return unsigned_request();
  DECAPOD_TRY(auto const chain, key_chain(context));
  if (chain.size() == 1) {
    // The same once more changes nothing, and what is in the tree can be written again.
    bool const again =
        governance::verify(*request.statement, StatementKind::key_pin, context.facts().store_uuid, chain.front())
            .has_value();
    if (again) return OperatorReply{.number = 1, .key = to_hex(chain.front()), .pinned = Pinned::before};
  }
  if (!chain.empty()) {
    auto error = fail(ErrorCode::already_exists, "an operator's key is pinned in this store already");
    error.hint = "`decapod policy operator-replace` pins another, signed with the present one";
    return error;
  }
  DECAPOD_TRY(auto const read, governance::read(*request.statement));
  DECAPOD_TRY(auto const statement,
              governance::verify(*request.statement, StatementKind::key_pin, context.facts().store_uuid, read.key));
  DECAPOD_TRY(auto const change, governance::body_of<KeyChange>(statement));
  if (change.key != to_hex(read.key)) {
    return fail(ErrorCode::signature_invalid, "a first key signs itself", {{"reason", "other_key"}});
  }
  return pin(context, change, 1, *request.statement);
}

Result<OperatorReply> operator_replace(Context& context, OperatorReplace const& request) {
  DECAPOD_TRY(auto const heard_it, heard(context, request.statement, StatementKind::key_replacement));
  DECAPOD_TRY(auto const change, governance::body_of<KeyChange>(heard_it.statement));
  return pin(context, change, heard_it.by.number + 1, *request.statement);
}

Result<ActivateReply> activate(Context& context, Activate const& request) {
  DECAPOD_TRY(auto const heard_it, heard(context, request.statement, StatementKind::policy_activation));
  DECAPOD_TRY(auto const said, governance::body_of<governance::PolicyActivation>(heard_it.statement));
  DECAPOD_TRY(auto const document, governance::parse_canonical(request.document));
  auto const hash = governance::hash_of(document);
  if (said.policy != hex(hash)) {
    return fail(ErrorCode::signature_invalid, "another policy was signed than the one that was sent",
                {{"reason", "other_policy"}, {"signed", said.policy}, {"sent", hex(hash)}});
  }
  if (!request.hash.empty() && request.hash != hex(hash)) return other_than_reviewed(request.hash, hex(hash));
  auto const last = last_sequence(context);
  if (last == std::numeric_limits<std::int64_t>::max()) {
    return fail(ErrorCode::policy_invalid, "the store has an activation after which none can follow");
  }
  if (said.sequence != last + 1) {
    return fail(ErrorCode::statement_replayed,
                "activation " + std::to_string(said.sequence) + " was signed, and " + std::to_string(last + 1) +
                    " is the next: an old one is not put in force again",
                {{"sequence", said.sequence}, {"next", last + 1}});
  }
  // A policy that was altered in the store is no measure: what follows differs from it everywhere, or nowhere.
  std::vector<Change> changes;
  if (auto const before = contract::policy_in_force(context)) {
    changes = differences(codec::encode((*before)->document), codec::encode(document));
  }
  store::insert(context.store(), store::Activation{.sequence = said.sequence,
                                                   .id = governance::id_of(*request.statement),
                                                   .hash = hash,
                                                   .document = governance::canonical(document),
                                                   .key = heard_it.by.number,
                                                   .statement = *request.statement,
                                                   .at = context.now().wall});
  context.affects("policy/activation/" + std::to_string(said.sequence));
  return ActivateReply{.sequence = said.sequence,
                       .hash = hex(hash),
                       .name = document.name,
                       .changes = std::move(changes),
                       .file = std::nullopt};
}

}  // namespace decapod::policy
