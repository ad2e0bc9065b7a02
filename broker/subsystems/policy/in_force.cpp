#include "in_force.h"

#include <decapod/governance/statements.h>

#include <algorithm>

#include "approving.h"
#include "chain.h"
#include "recorded.h"

namespace decapod::policy {
namespace {

using contract::Context;
using contract::PolicyInForce;

constexpr std::string_view kWhatHelps =
    "keep a copy of the state directory as evidence; the operator signs anew: `decapod policy activate`";

Error untrue(std::int64_t sequence, std::string const& why) {
  auto error = fail(ErrorCode::policy_invalid,
                    "the stored policy (activation " + std::to_string(sequence) + ") is not what was signed: " + why,
                    {{"sequence", sequence}});
  error.hint = std::string(kWhatHelps);
  return error;
}

// What is newest in the table is not in force if the trail knows of a later one.
Result<void> check_newest(Context& context, std::int64_t sequence) {
  auto const next = std::to_string(static_cast<std::uint64_t>(sequence) + 1);
  if (!recorded::is_named(context.store(), recorded::Kind::activation, next)) return {};
  auto error =
      fail(ErrorCode::policy_invalid, "the policy in force is gone from the store: the trail has activation " + next,
           {{"sequence", sequence}});
  error.hint = std::string(kWhatHelps);
  return error;
}

// Reads and verifies once; after that one row and the trail tell that nothing has changed, whoever wrote it.
Result<PolicyInForce const*> in_force(Context& context) {
  auto const newest = store::in_force(context.store());
  DECAPOD_CHECK(check_newest(context, newest ? newest->sequence : 0));
  if (!newest) return &contract::built_in_policy();
  auto& memory = context.policy_memory();
  if (memory.policy && memory.of == newest->id) return memory.policy.get();
  auto const row = store::newest_activation(context.store());
  if (!row) return &contract::built_in_policy();
  DECAPOD_TRY(auto const keys, key_chain(context));
  DECAPOD_TRY(auto policy, policy_in(context, *row, keys));
  memory.policy = std::make_shared<PolicyInForce const>(std::move(policy));
  memory.of = newest->id;
  return memory.policy.get();
}

Result<governance::Trust> trust(Context& context) {
  DECAPOD_TRY(auto const* policy, in_force(context));
  auto const own = policy->document.default_trust;
  auto const given = trust_by_token(context);
  return given ? std::max(own, *given) : own;
}

// What is there and does not count, or what would.
Result<Usable> usable_for(Context& context, std::string_view operation, json::object const& meaning) {
  auto const digest = governance::parameters_digest(operation, meaning);
  DECAPOD_TRY(auto usable, find_usable(context, operation, digest));
  if (usable.id.empty()) return approval_is_missing(context, operation, meaning, digest, std::move(usable.others));
  if (store::highest_use(context.store(), usable.id) > usable.used) {
    auto error =
        fail(ErrorCode::policy_invalid, "the uses of " + usable.id + " in the store are not numbered as they were made",
             {{"approval", usable.id}});
    error.hint = "keep a copy of the state directory as evidence; the operator approves anew";
    return error;
  }
  return usable;
}

Result<std::string> find(Context& context, std::string_view operation, json::object const& meaning) {
  DECAPOD_TRY(auto usable, usable_for(context, operation, meaning));
  return std::move(usable.id);
}

Result<std::string> consume(Context& context, std::string_view operation, json::object const& meaning) {
  DECAPOD_TRY(auto usable, usable_for(context, operation, meaning));
  store::insert(context.store(), usable.id,
                {.number = usable.used + 1,
                 .at = context.now().wall,
                 .actor = context.caller().actor,
                 .request_id = std::string(context.request_id())});
  context.affects("policy/use/" + usable.id);
  return std::move(usable.id);
}

Result<contract::PolicyEvidence> evidence(Context& context) {
  DECAPOD_TRY(auto const* policy, in_force(context));
  contract::PolicyEvidence said{
      .document = governance::canonical(policy->document), .sequence = policy->sequence, .activation = {}, .keys = {}};
  DECAPOD_CHECK(key_chain(context));
  for (auto& key : store::keys(context.store())) said.keys.push_back(std::move(key.statement));
  if (policy->sequence == 0) return said;
  auto row = store::newest_activation(context.store());
  if (!row || row->sequence != policy->sequence) return untrue(policy->sequence, "its activation is gone");
  said.activation = std::move(row->statement);
  return said;
}

Result<governance::Signed> approval_with(Context& context, std::string_view id) {
  auto row = store::approval(context.store(), id);
  if (!row) return fail(ErrorCode::not_found, "there is no approval '" + std::string(id) + "'", {{"id", id}});
  return std::move(row->statement);
}

}  // namespace

Result<PolicyInForce> policy_in(Context& context, store::Activation const& row,
                                std::vector<governance::PublicKey> const& keys) {
  if (row.key < 1 || static_cast<std::size_t>(row.key) > keys.size()) return untrue(row.sequence, "its key is unknown");
  auto const statement = governance::verify(row.statement, governance::StatementKind::policy_activation,
                                            context.facts().store_uuid, keys[static_cast<std::size_t>(row.key) - 1]);
  if (!statement) return untrue(row.sequence, statement.error().message);
  auto const said = governance::body_of<governance::PolicyActivation>(*statement);
  if (!said) return untrue(row.sequence, said.error().message);
  auto document = governance::parse_canonical(row.document);
  if (!document) return untrue(row.sequence, document.error().message);
  auto const hash = governance::hash_of(*document);
  bool const agrees = said->sequence == row.sequence && said->policy == hex(hash) && hash == row.hash &&
                      governance::id_of(row.statement) == row.id;
  if (!agrees) return untrue(row.sequence, "the document or its place in the history was changed");
  return PolicyInForce{
      .document = *std::move(document), .endorsed = governance::Endorsed::yes, .sequence = row.sequence, .hash = hash};
}

std::int64_t last_sequence(Context& context) {
  auto const newest = store::in_force(context.store());
  return std::max(newest ? newest->sequence : 0, recorded::highest(context.store(), recorded::Kind::activation));
}

contract::Authority const authority{.in_force = &in_force,
                                    .trust = &trust,
                                    .consume = &consume,
                                    .operator_keys = &key_chain,
                                    .find = &find,
                                    .evidence = &evidence,
                                    .approval = &approval_with};

}  // namespace decapod::policy
