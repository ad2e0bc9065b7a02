// The gate over approvals, their uses, trust tokens and revocations.

#include <decapod/base/counted.h>
#include <decapod/governance/statements.h>

#include <limits>

#include "approving.h"
#include "chain.h"
#include "checks.h"
#include "checks_rows.h"

namespace decapod::policy {
namespace {

using contract::Context;
using governance::PublicKey;
using recorded::Kind;

// The key that a row names; nullptr: it names none.
PublicKey const* key_of(std::vector<PublicKey> const& keys, std::int64_t number) {
  return number >= 1 && static_cast<std::size_t>(number) <= keys.size() ? &keys[static_cast<std::size_t>(number) - 1]
                                                                        : nullptr;
}

std::string use_id(std::string const& approval, store::Use const& use) {
  return approval + '/' + std::to_string(use.number);
}

// A use takes place in the transaction of the request that it lets in, whose record names it; one that a restore has
// carried over is named by that.
void hold_use_columns(Context& context, std::string const& id, std::vector<store::Use> const& uses,
                      GateReport& report) {
  auto const made = recorded::mentions(context.store(), Kind::use, id);
  auto mention = made.begin();
  for (auto const& use : uses) {
    bool same = false;
    if (recorded::carried_by(context.store(), Kind::use, use_id(id, use)) != 0) {
      same = recorded::is_carried(context.store(), Kind::use, use_id(id, use),
                                  recorded::columns(use.at, use.actor, use.request_id));
    } else if (mention != made.end()) {
      auto const& record = (mention++)->record;
      same = record.ts == use.at && record.actor == use.actor && record.request_id == use.request_id;
    } else {
      return;  // that there are too many is said already
    }
    if (same) continue;
    find(report, "POLICY_COLUMN_WRONG",
         "use " + std::to_string(use.number) + " has another time, actor or request than the trail says",
         recorded::name(Kind::approval, id));
  }
}

void judge_uses(Context& context, std::string const& id, governance::Approval const& approval, GateReport& report) {
  auto const uses = store::uses(context.store(), id);
  auto const where = recorded::name(Kind::approval, id);
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
         id + " was used " + counted(uses.size(), "time") + ", and given for " + std::to_string(approval.uses), where);
  }
  auto const known = recorded::count_uses(context.store(), id);
  auto const stored = static_cast<std::int64_t>(uses.size());
  if (known != stored) {
    find(report, "APPROVAL_USES_DISAGREE",
         id + " has " + counted(uses.size(), "use") + " in its table, and " + std::to_string(known) + " in the trail",
         where);
  }
  hold_use_columns(context, id, uses, report);
}

void hold_columns(Context& context, std::string const& id, governance::Approval const& approval, GateReport& report) {
  auto const columns = store::approval_columns(context.store(), id);
  if (columns.operation == approval.operation && columns.digest == approval.digest) return;
  find(report, "POLICY_COLUMN_WRONG", "its operation or digest is not that of its statement",
       recorded::name(Kind::approval, id));
}

void judge_approval(Context& context, store::Grant const& row, std::vector<PublicKey> const& keys, GateReport& report) {
  auto const where = recorded::name(Kind::approval, row.id);
  hold_origin(context, report, Kind::approval, row.id, row.at);
  auto const* key = key_of(keys, row.key);
  if (key == nullptr) return find(report, "APPROVAL_NOT_AS_SIGNED", row.id + " names a key that is none", where);
  auto const approval = approval_in(context, row, *key);
  if (!approval) return find(report, "APPROVAL_NOT_AS_SIGNED", approval.error().message, where);
  hold_columns(context, row.id, *approval, report);
  judge_uses(context, row.id, *approval, report);
}

// When the row was made or carried over, in the trail's own count.
std::uint64_t sequence_of(Context& context, std::string const& id) {
  auto const made = recorded::mentions(context.store(), Kind::approval, id);
  return made.empty() ? recorded::carried_by(context.store(), Kind::approval, id) : made.front().sequence;
}

void judge_approvals(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  constexpr std::int64_t kPage = 200;
  std::vector<std::string> present;
  auto newer = std::numeric_limits<std::uint64_t>::max();
  std::string before;
  for (;;) {
    auto const rows = store::newest_approvals(context.store(), before, kPage);
    for (auto const& row : rows) {
      judge_approval(context, row, keys, report);
      present.push_back(row.id);
      auto const sequence = sequence_of(context, row.id);
      if (sequence > newer) {
        find(report, "POLICY_COLUMN_WRONG", "its number says that it is older than the trail does",
             recorded::name(Kind::approval, row.id));
      }
      newer = sequence;
    }
    if (static_cast<std::int64_t>(rows.size()) < kPage) break;
    before = rows.back().id;
  }
  // Of an approval that is gone its uses are, too.
  auto gone = present;
  find_lost(context, report, Kind::approval, std::move(present));
  find_lost(context, report, Kind::use, std::move(gone));
}

void judge_tokens(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> present;
  for (auto const& row : store::newest_tokens(context.store(), kAll)) {
    present.push_back(row.id);
    hold_origin(context, report, Kind::token, row.id, row.at);
    auto const* key = key_of(keys, row.key);
    if (key == nullptr || !token_in(context, row, *key)) {
      find(report, "TOKEN_NOT_AS_SIGNED", row.id + " is not what the operator signed",
           recorded::name(Kind::token, row.id));
    }
  }
  find_lost(context, report, Kind::token, std::move(present));
}

void judge_revocations(Context& context, std::vector<PublicKey> const& keys, GateReport& report) {
  std::vector<std::string> present;
  for (auto const& row : store::revocations(context.store())) {
    present.push_back(row.id);
    hold_origin(context, report, Kind::revocation, row.id, row.at);
    auto const* key = key_of(keys, row.key);
    auto const statement = key == nullptr ? Result<governance::Statement>(fail(ErrorCode::signature_invalid, "no key"))
                                          : governance::verify(row.statement, governance::StatementKind::revocation,
                                                               context.facts().store_uuid, *key);
    auto const said = statement ? governance::body_of<governance::Revocation>(*statement)
                                : Result<governance::Revocation>(statement.error());
    if (said && said->id == row.id) continue;
    find(report, "REVOCATION_NOT_AS_SIGNED", "the end of " + row.id + " is not what the operator signed",
         recorded::name(Kind::revocation, row.id));
  }
  find_lost(context, report, Kind::revocation, std::move(present));
}

}  // namespace

void approvals_hold(Context& context, GateReport& report) {
  // Without the keys nothing can be verified; what the trail names must be there all the same.
  auto const keys = key_chain(context);
  if (!keys) find(report, "POLICY_KEY_CHAIN_BROKEN", keys.error().message, "policy/key");
  auto const& usable = keys ? *keys : std::vector<PublicKey>{};
  judge_approvals(context, usable, report);
  judge_tokens(context, usable, report);
  judge_revocations(context, usable, report);
}

}  // namespace decapod::policy
