// The table of gates, and the one over the proposal.

#include "checks.h"

#include <decapod/contract/authority.h>
#include <decapod/governance/proposal.h>

#include "tracked_files.h"

namespace decapod::policy {
namespace {

using contract::Context;

// A notice and no failure: a proposal may be talked about for weeks, and binds nobody meanwhile.
void proposal_agrees(Context& context, GateReport& report) {
  auto const text = proposal_beside(context.facts().state_directory);
  auto const policy = contract::policy_in_force(context);
  bool const activated = policy && (*policy)->endorsed == governance::Endorsed::yes;
  if (!text) {
    report.status = GateStatus::not_applicable;
    if (activated) report.notices.emplace_back("a policy is in force, and .decapod/policy.toml is not there");
    return;
  }
  auto const proposal = governance::parse_proposal(*text);
  if (!proposal) {
    return add_finding(report, {.code = "POLICY_PROPOSAL_UNSOUND",
                                .message = proposal.error().message,
                                .where = std::string(governance::kProposalPath),
                                .hint = "mend it: `decapod policy check`"});
  }
  if (!activated) {
    report.notices.emplace_back(".decapod/policy.toml is a proposal that nobody has signed: it binds nobody");
  } else if (governance::hash_of(*proposal) != hash_of(**policy)) {
    report.notices.emplace_back(
        ".decapod/policy.toml differs from the policy in force, which counts: `decapod policy show` says where");
  }
}

constexpr std::string_view kContractCodes[] = {"POLICY_KEY_CHAIN_BROKEN", "POLICY_HISTORY_GAP",
                                               "POLICY_NOT_AS_SIGNED",    "POLICY_ROW_GONE",
                                               "POLICY_ROW_UNRECORDED",   "POLICY_COLUMN_WRONG"};
constexpr std::string_view kApprovalCodes[] = {
    "POLICY_KEY_CHAIN_BROKEN", "APPROVAL_NOT_AS_SIGNED",     "APPROVAL_USE_MISSING", "APPROVAL_OVERUSED",
    "APPROVAL_USES_DISAGREE",  "APPROVAL_USED_AFTER_EXPIRY", "TOKEN_NOT_AS_SIGNED",  "REVOCATION_NOT_AS_SIGNED",
    "POLICY_ROW_GONE",         "POLICY_ROW_UNRECORDED",      "POLICY_COLUMN_WRONG"};
constexpr std::string_view kProposalCodes[] = {"POLICY_PROPOSAL_UNSOUND"};
constexpr std::string_view kOperatorCodes[] = {"OPERATOR_KEY_DIFFERS"};

constexpr contract::Gate kGates[] = {
    {"policy.contract",
     "Every key and policy is what the operator signed, in an unbroken order, and none of the trail's is gone",
     kContractCodes, &contract_holds},
    {"policy.approvals",
     "Every approval and token is what the operator signed, was used as it says, and none of the trail's is gone",
     kApprovalCodes, &approvals_hold},
    {"policy.operator", "The operator's key in the tree is the one that is pinned", kOperatorCodes,
     &published_key_agrees},
    {"policy.proposal", "The proposal in the tree is sound", kProposalCodes, &proposal_agrees},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::policy
