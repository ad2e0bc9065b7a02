#include "demand.h"

#include <decapod/contract/authority.h>

#include <algorithm>

namespace decapod::workunit {
namespace {

using contract::Context;

constexpr std::string_view kOperation = "workunit.verify";

struct Asked {
  contract::PolicyInForce const* policy;
  governance::Demand demand;
};

Result<Asked> ask(Context& context, contract::WorkFacts const& task, std::span<std::string const> paths,
                  Complete complete) {
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  std::vector<std::string> touched(paths.begin(), paths.end());
  if (complete == Complete::no) touched.emplace_back(governance::kUntoldPaths);
  return Asked{.policy = policy,
               .demand = governance::demand_of(policy->document,
                                               {.operation = kOperation, .paths = touched, .labels = task.labels})};
}

}  // namespace

Result<Demanded> demand(Context& context, contract::WorkFacts const& task, std::span<std::string const> paths,
                        Complete complete) {
  DECAPOD_TRY(auto asked, ask(context, task, paths, complete));
  Demanded demanded{.risk = asked.demand.risk,
                    .level = from_text<Level>(to_text(asked.demand.proof)).value_or(Level::reproduced),
                    .policy = hex(hash_of(*asked.policy)),
                    .reasons = std::move(asked.demand.reasons)};
  if (complete == Complete::no) demanded.reasons.emplace_back("nobody said in full which paths were changed");
  return demanded;
}

Result<std::string> policy_hash(Context& context) {
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  return hex(hash_of(*policy));
}

Result<governance::Endorsed> endorsed(Context& context) {
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  return policy->endorsed;
}

Result<std::vector<std::string>> trusted_keys(Context& context) {
  std::vector<std::string> trusted;
  DECAPOD_TRY(auto const operators, contract::operator_keys(context));
  if (!operators.empty()) trusted.push_back(to_hex(operators.back()));
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  if (policy->endorsed == governance::Endorsed::no) return trusted;
  for (auto const& attestor : policy->document.attestors) trusted.push_back(attestor.key);
  return trusted;
}

Result<void> check_may_judge(Context& context, contract::WorkFacts const& task, std::span<std::string const> paths,
                             Complete complete) {
  DECAPOD_TRY(auto const asked, ask(context, task, paths, complete));
  auto const& demand = asked.demand;
  boost::json::object const details{{"id", task.id}, {"risk", to_text(demand.risk)}};
  if (asked.policy->endorsed == governance::Endorsed::no && demand.risk > governance::Risk::low) {
    return fail(ErrorCode::policy_required,
                task.id + " is of " + std::string(to_text(demand.risk)) + " risk, and nobody has signed a policy",
                details);
  }
  if (!governance::may_act(demand, context.caller().actor)) {
    return fail(ErrorCode::policy_denied, "the policy names who may work on what " + task.id + " touches", details);
  }
  return {};
}

}  // namespace decapod::workunit
