#include "rules.h"

#include <decapod/base/counted.h>
#include <decapod/base/json.h>
#include <decapod/governance/evaluation.h>

#include <boost/json/array.hpp>

#include <algorithm>

namespace decapod::capsule::rules {
namespace {

using contract::PolicyInForce;
using governance::Risk;

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

json::array array_of(std::vector<std::string> const& words) {
  json::array array;
  for (auto const& word : words) array.emplace_back(word);
  return array;
}

Error scope_denied(governance::Tier const& tier, Risk risk, std::string_view scope) {
  auto const name = std::string(to_text(risk));
  return fail(ErrorCode::capsule_scope_denied,
              "the policy gives no documents of scope '" + std::string(scope) + "' to work of risk " + name +
                  "; its scopes: " + joined(tier.capsule_scopes),
              {{"scope", scope}, {"tier", name}, {"allowed", array_of(tier.capsule_scopes)}});
}

Error limit_denied(governance::Tier const& tier, Risk risk, std::int64_t limit) {
  auto const name = std::string(to_text(risk));
  return fail(ErrorCode::capsule_limit_denied,
              "the policy gives at most " + counted(tier.capsule_limit, "excerpt") + " to work of risk " + name +
                  ", and not " + std::to_string(limit),
              {{"limit", limit}, {"tier", name}, {"allowed", tier.capsule_limit}});
}

}  // namespace

Result<Risk> tier_of(PolicyInForce const& policy, std::vector<std::string> const& labels) {
  for (std::string_view label : labels) {
    if (!label.starts_with(governance::kRiskLabel)) continue;
    auto const name = label.substr(governance::kRiskLabel.size());
    if (from_text<Risk>(name)) continue;
    auto error = fail(ErrorCode::capsule_tier_unknown, "the task's label '" + std::string(label) + "' names no tier",
                      {{"label", label}});
    for (auto const known : reflect::enum_views<Risk>) {
      error.suggestions.push_back(std::string(governance::kRiskLabel) + std::string(known));
    }
    return error;
  }
  auto const demand =
      governance::demand_of(policy.document, {.operation = operation_name(Issue::verb), .labels = labels});
  if (demand.risk > Risk::low && policy.endorsed == governance::Endorsed::no) {
    return fail(ErrorCode::capsule_policy_missing,
                "the task is of risk " + std::string(to_text(demand.risk)) + ", and nobody has signed a policy",
                {{"tier", to_text(demand.risk)}});
  }
  return demand.risk;
}

Result<Given> grant(PolicyInForce const& policy, Risk risk, Wish const& wish) {
  auto const& tier = governance::tier_of(policy.document, risk);
  auto const documents = policy.document.scopes.find(std::string(wish.scope));
  if (documents == policy.document.scopes.end() || std::ranges::count(tier.capsule_scopes, wish.scope) == 0) {
    return scope_denied(tier, risk, wish.scope);
  }
  auto const limit = wish.limit.value_or(tier.capsule_limit);
  if (limit > tier.capsule_limit || limit < 1) return limit_denied(tier, risk, limit);
  if (wish.write == Write::yes && tier.capsule_write == governance::MayWrite::no) {
    return fail(ErrorCode::capsule_write_denied,
                "the policy lets no capsule for work of risk " + std::string(to_text(risk)) + " become a file",
                {{"tier", to_text(risk)}});
  }
  return Given{.limit = limit, .documents = documents->second};
}

}  // namespace decapod::capsule::rules
