// The gates over what the operator has signed.

#include "checks.h"

#include <decapod/governance/proposal.h>
#include <decapod/governance/statements.h>
#include <decapod/ledger/trail.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "approving.h"
#include "chain.h"
#include "in_force.h"

namespace decapod::policy {
namespace {

using contract::Context;
using governance::PublicKey;

constexpr std::string_view kEvidence = "keep a copy of the state directory as evidence";

void find(GateReport& report, std::string code, std::string message, std::string where) {
  add_finding(report, {.code = std::move(code),
                       .message = std::move(message),
                       .where = std::move(where),
                       .hint = std::string(kEvidence)});
}

// The key that a row names; nullopt, with a finding, if it names none.
PublicKey const* key_of(std::vector<PublicKey> const& keys, std::int64_t number) {
  return number >= 1 && static_cast<std::size_t>(number) <= keys.size() ? &keys[static_cast<std::size_t>(number) - 1]
                                                                        : nullptr;
}

void judge_activations(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  std::int64_t expected = 1;
  for (auto const& row : store::activations(context.store())) {
    auto const where = "policy/activation/" + std::to_string(row.sequence);
    if (row.sequence != expected) {
      find(report, "POLICY_HISTORY_GAP", "activation " + std::to_string(expected) + " is missing", where);
    }
    expected = row.sequence + 1;
    if (auto const policy = policy_in(context, row, keys); !policy) {
      find(report, "POLICY_NOT_AS_SIGNED", policy.error().message, where);
    }
  }
}

void contract_holds(Context& context, GateReport& report) {
  if (store::keys(context.store()).empty() && store::activations(context.store()).empty()) {
    report.status = GateStatus::not_applicable;
    report.notices.emplace_back("no policy is in force: what is above the lowest risk is refused");
    return;
  }
  auto const keys = key_chain(context);
  if (!keys) return find(report, "POLICY_KEY_CHAIN_BROKEN", keys.error().message, "policy/key");
  judge_activations(context, *keys, report);
}

// How many committed mutations say that they changed this key.
std::size_t records_of(Context& context, std::string const& key) {
  ledger::TrailQuery query;
  query.key = key;
  query.limit = 500;
  std::size_t count = 0;
  do {
    auto const page = ledger::query_trail(context.store(), query);
    count += page.records.size();
    query.before = page.next_before;
  } while (query.before != 0);
  return count;
}

// A use takes place in the transaction of the request that it lets in, and that request's record names it.
void judge_uses(Context& context, std::string const& id, governance::Approval const& approval, GateReport& report) {
  auto const uses = store::uses(context.store(), id);
  auto const where = "policy/approval/" + id;
  std::int64_t expected = 1;
  for (auto const& use : uses) {
    if (use.number != expected++) find(report, "APPROVAL_USE_MISSING", id + " has a use that is gone", where);
    if (use.at >= approval.expires) {
      find(report, "APPROVAL_USED_AFTER_EXPIRY",
           id + " was used at " + to_string(use.at) + ", and expired at " + to_string(approval.expires), where);
    }
  }
  if (static_cast<std::int64_t>(uses.size()) > approval.uses) {
    find(report, "APPROVAL_OVERUSED",
         id + " was used " + std::to_string(uses.size()) + " times, and given for " + std::to_string(approval.uses),
         where);
  }
  auto const recorded = records_of(context, "policy/use/" + id);
  // A restore takes the trail back, and not the uses: there may then be fewer records, and never more.
  bool const restored = context.facts().generation > 1;
  if (restored ? recorded > uses.size() : recorded != uses.size()) {
    find(report, "APPROVAL_USES_DISAGREE",
         id + " has " + std::to_string(uses.size()) + " uses in its table, and " + std::to_string(recorded) +
             " in the trail",
         where);
  }
}

void judge_approval(Context& context, store::Grant const& row, std::vector<PublicKey> const& keys, GateReport& report) {
  auto const where = "policy/approval/" + row.id;
  auto const* key = key_of(keys, row.key);
  if (key == nullptr) return find(report, "APPROVAL_NOT_AS_SIGNED", row.id + " names a key that is none", where);
  auto const approval = approval_in(context, row, *key);
  if (!approval) return find(report, "APPROVAL_NOT_AS_SIGNED", approval.error().message, where);
  judge_uses(context, row.id, *approval, report);
}

void judge_tokens(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  constexpr std::int64_t kAll = 1'000'000;
  for (auto const& row : store::newest_tokens(context.store(), kAll)) {
    auto const* key = key_of(keys, row.key);
    if (key == nullptr || !token_in(context, row, *key)) {
      find(report, "TOKEN_NOT_AS_SIGNED", row.id + " is not what the operator signed", "policy/token/" + row.id);
    }
  }
}

void judge_revocations(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  for (auto const& row : store::revocations(context.store())) {
    auto const* key = key_of(keys, row.key);
    auto const statement = key == nullptr ? Result<governance::Statement>(fail(ErrorCode::signature_invalid, "no key"))
                                          : governance::verify(row.statement, governance::StatementKind::revocation,
                                                               context.facts().store_uuid, *key);
    auto const said = statement ? governance::body_of<governance::Revocation>(*statement)
                                : Result<governance::Revocation>(statement.error());
    if (said && said->id == row.id) continue;
    find(report, "REVOCATION_NOT_AS_SIGNED", "the end of " + row.id + " is not what the operator signed",
         "policy/revocation/" + row.id);
  }
}

void approvals_hold(Context& context, GateReport& report) {
  constexpr std::int64_t kPage = 200;
  auto const keys = key_chain(context);
  if (!keys) return find(report, "POLICY_KEY_CHAIN_BROKEN", keys.error().message, "policy/key");
  std::string before;
  for (;;) {
    auto const rows = store::newest_approvals(context.store(), before, kPage);
    for (auto const& row : rows) judge_approval(context, row, *keys, report);
    if (static_cast<std::int64_t>(rows.size()) < kPage) break;
    before = rows.back().id;
  }
  judge_tokens(context, *keys, report);
  judge_revocations(context, *keys, report);
}

// `validate` runs on a copy of the store in the process that asks: no broker reads a file of the tree.
std::optional<std::string> proposal_beside(std::string const& state_directory) {
  auto const path = state_directory.substr(0, state_directory.rfind('/')) + "/policy.toml";
  auto const fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return std::nullopt;
  std::string text(governance::kDocumentBytesMax + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    auto const got = read(fd, text.data() + size, text.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  close(fd);
  text.resize(size);
  return text;
}

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
  } else if (governance::hash_of(*proposal) != (*policy)->hash) {
    report.notices.emplace_back(
        ".decapod/policy.toml differs from the policy in force, which counts: `decapod policy show` says where");
  }
}

constexpr std::string_view kContractCodes[] = {"POLICY_KEY_CHAIN_BROKEN", "POLICY_HISTORY_GAP", "POLICY_NOT_AS_SIGNED"};
constexpr std::string_view kApprovalCodes[] = {
    "POLICY_KEY_CHAIN_BROKEN", "APPROVAL_NOT_AS_SIGNED",     "APPROVAL_USE_MISSING", "APPROVAL_OVERUSED",
    "APPROVAL_USES_DISAGREE",  "APPROVAL_USED_AFTER_EXPIRY", "TOKEN_NOT_AS_SIGNED",  "REVOCATION_NOT_AS_SIGNED"};
constexpr std::string_view kProposalCodes[] = {"POLICY_PROPOSAL_UNSOUND"};

constexpr contract::Gate kGates[] = {
    {"policy.contract", "Every key and policy is what the operator signed, in an unbroken order", kContractCodes,
     &contract_holds},
    {"policy.approvals", "Every approval and token is what the operator signed, and was used as it says",
     kApprovalCodes, &approvals_hold},
    {"policy.proposal", "The proposal in the tree is sound", kProposalCodes, &proposal_agrees},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::policy
