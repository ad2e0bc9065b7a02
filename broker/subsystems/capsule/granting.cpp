#include "granting.h"

#include "rules.h"

#include <decapod/contract/authority.h>
#include <decapod/contract/work.h>
#include <decapod/governance/evaluation.h>

namespace decapod::capsule {

Result<Purpose> purpose_of(contract::Context& context, std::optional<std::string> const& task,
                           std::optional<std::string> const& workunit) {
  if (task.has_value() == workunit.has_value()) {
    auto error = fail(ErrorCode::bad_request,
                      task ? "a capsule is for a task or for a workunit, not for both"
                           : "a capsule is for a task or for a workunit, and neither is named",
                      {{"field", task ? "workunit" : "task"}});
    error.hint = task ? "leave out --task: the workunit has one" : "give --task ID, or --workunit ID";
    return error;
  }
  Purpose purpose;
  auto wanted = task.value_or("");
  if (workunit) {
    DECAPOD_TRY(auto const facts, contract::workunit_facts(context, *workunit));
    purpose.workunit = facts.id;
    wanted = facts.task;
  }
  DECAPOD_TRY(auto facts, contract::work_facts(context, wanted));
  purpose.task = std::move(facts.id);
  purpose.labels = std::move(facts.labels);
  return purpose;
}

namespace {

struct Judged {
  contract::PolicyInForce const* policy;
  governance::Risk tier;
  rules::Given given;
};

Result<Judged> judge(contract::Context& context, std::vector<std::string> const& labels, rules::Wish const& wish) {
  DECAPOD_TRY(auto const* policy, policy_of(context));
  DECAPOD_TRY(auto const tier, rules::tier_of(*policy, labels));
  DECAPOD_TRY(auto given, rules::grant(*policy, tier, wish));
  return Judged{policy, tier, std::move(given)};
}

}  // namespace

// Anybody may label a task; what any task is given without a label asks for no more with one.
contract::Concern concern_of_issue(contract::Context& context, Issue const& request) {
  auto purpose = purpose_of(context, request.task, request.workunit);
  if (!purpose) return {};
  auto const judged =
      judge(context, purpose->labels, {.scope = request.scope, .limit = request.limit, .write = request.write});
  if (!judged) return {};
  // Unless the labels of its task are what gives this much.
  rules::Wish const same{.scope = request.scope, .limit = judged->given.limit, .write = request.write};
  if (judge(context, {}, same)) return {};
  return {.labels = std::move(purpose->labels), .paths = {}};
}

namespace {

// The most that any task is given of this without a label and without an approval; nullopt: nothing.
std::optional<std::int64_t> limit_without_approval(contract::Context& context, json::object const& arguments) {
  Issue request;
  auto const policy = policy_of(context);
  if (!policy || !codec::decode_object(arguments, request, codec::Unknown::ignore)) return std::nullopt;
  auto const demand = governance::demand_of((*policy)->document, {.operation = operation_name(Issue::verb)});
  if (demand.approval == governance::ApprovalNeed::required) return std::nullopt;
  auto const granted = rules::grant(**policy, demand.risk, {.scope = request.scope, .write = request.write});
  return granted ? std::optional(granted->limit) : std::nullopt;
}

}  // namespace

Error refused_issue(contract::Context& context, json::object const& arguments, Error refusal) {
  if (refusal.code != ErrorCode::approval_required) return in_words_of_issue(std::move(refusal));
  if (auto const limit = limit_without_approval(context, arguments)) {
    refusal.hint = std::string(refusal.hint_or_default()) + "; `--limit " + std::to_string(*limit) +
                   "` needs no approval: any task is given that much";
  }
  return refusal;
}

Error in_words_of_issue(Error refusal) {
  if (refusal.code == ErrorCode::policy_required) {
    return fail(ErrorCode::capsule_policy_missing, "no capsule is issued: " + refusal.message, refusal.details);
  }
  if (refusal.code != ErrorCode::policy_invalid) return refusal;
  return fail(ErrorCode::capsule_policy_invalid, "no capsule is issued: " + refusal.message, refusal.details);
}

Result<contract::PolicyInForce const*> policy_of(contract::Context& context) {
  auto policy = contract::policy_in_force(context);
  if (policy) return policy;
  return in_words_of_issue(std::move(policy).error());
}

Result<Granted> granted_to(contract::Context& context, Purpose const& purpose, Grant const& wish) {
  DECAPOD_TRY(auto judged,
              judge(context, purpose.labels, {.scope = wish.scope, .limit = wish.limit, .write = wish.write}));
  return Granted{.policy = hex(contract::hash_of(*judged.policy)),
                 .tier = judged.tier,
                 .limit = judged.given.limit,
                 .documents = std::move(judged.given.documents)};
}

}  // namespace decapod::capsule
