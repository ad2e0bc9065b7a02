// The gates over keys and activations.

#include <decapod/base/tracked_paths.h>

#include <limits>

#include "chain.h"
#include "checks.h"
#include "checks_rows.h"
#include "in_force.h"
#include "tracked_files.h"

namespace decapod::policy {
namespace {

using contract::Context;
using governance::PublicKey;
using recorded::Kind;

void judge_keys(Context& context, GateReport& report) {
  std::vector<std::string> present;
  for (auto const& row : store::keys(context.store())) {
    present.push_back(std::to_string(row.number));
    hold_origin(context, report, Kind::key, present.back(), row.at);
  }
  find_lost(context, report, Kind::key, std::move(present));
}

void judge_activations(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  std::vector<std::string> present;
  std::int64_t expected = 1;
  for (auto const& row : store::activations(context.store())) {
    present.push_back(std::to_string(row.sequence));
    auto const where = recorded::name(Kind::activation, present.back());
    if (row.sequence != expected) {
      find(report, "POLICY_HISTORY_GAP", "activation " + std::to_string(expected) + " is missing", where);
    }
    expected = row.sequence == std::numeric_limits<std::int64_t>::max() ? row.sequence : row.sequence + 1;
    hold_origin(context, report, Kind::activation, present.back(), row.at);
    if (auto const policy = policy_in(context, row, keys); !policy) {
      find(report, "POLICY_NOT_AS_SIGNED", policy.error().message, where);
    }
  }
  find_lost(context, report, Kind::activation, std::move(present));
}

bool has_any(Context& context) {
  return !store::keys(context.store()).empty() || store::in_force(context.store()) ||
         !recorded::ids(context.store(), Kind::key).empty() ||
         !recorded::ids(context.store(), Kind::activation).empty();
}

}  // namespace

void contract_holds(Context& context, GateReport& report) {
  if (!has_any(context)) {
    report.status = GateStatus::not_applicable;
    report.notices.emplace_back("no policy is in force: what is above the lowest risk is refused");
    return;
  }
  judge_keys(context, report);
  auto const keys = key_chain(context);
  if (!keys) return find(report, "POLICY_KEY_CHAIN_BROKEN", keys.error().message, "policy/key");
  judge_activations(context, *keys, report);
}

void published_key_agrees(Context& context, GateReport& report) {
  auto const published = published_key(context.facts().state_directory);
  auto const keys = store::keys(context.store());
  if (!published && keys.empty()) {
    report.status = GateStatus::not_applicable;
    return;
  }
  if (!published) {
    report.notices.emplace_back(
        "an operator's key is pinned, and .decapod/operator.pub is not there: `decapod policy operator-init` writes "
        "it again");
    return;
  }
  if (keys.empty()) {
    report.notices.emplace_back(".decapod/operator.pub names an operator, and this store has none");
    return;
  }
  if (keys.back().key == *published) return;
  add_finding(report,
              {.code = "OPERATOR_KEY_DIFFERS",
               .message = ".decapod/operator.pub has " + published->substr(0, 16) + ", and " +
                          keys.back().key.substr(0, 16) + " is pinned in the store",
               .where = std::string(kPublishedKeyPath),
               .hint = "`git log -p .decapod/operator.pub` says who changed it; the operator knows which is theirs"});
}

}  // namespace decapod::policy
