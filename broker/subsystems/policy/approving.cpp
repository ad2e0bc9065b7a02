#include "approving.h"

#include <decapod/base/shell_words.h>

#include <algorithm>

#include "recorded.h"

namespace decapod::policy {
namespace {

using governance::Approval;
using governance::StatementKind;
using governance::TrustGrant;

constexpr std::size_t kCommandBytesMost = 2048;
constexpr std::string_view kAnybody = "*";

// Any row's own doing: the id follows from the statement.
template <class Body>
Result<Body> said_in(contract::Context& context, store::Grant const& row, governance::PublicKey const& key,
                     StatementKind kind, std::string_view prefix) {
  DECAPOD_TRY(auto const statement, governance::verify(row.statement, kind, context.facts().store_uuid, key));
  if (row.id != id_with(prefix, row.statement)) {
    return fail(ErrorCode::signature_invalid, row.id + " is not the name of what was signed", {{"reason", "altered"}});
  }
  return governance::body_of<Body>(statement);
}

Standing standing_of(contract::Context& context, std::string const& id, Timestamp expires) {
  // Or the trail says so, and the row is gone.
  bool const revoked =
      store::is_revoked(context.store(), id) || recorded::is_named(context.store(), recorded::Kind::revocation, id);
  if (revoked) return Standing::revoked;
  return expires <= context.now().wall ? Standing::expired : Standing::valid;
}

Standing standing_of(contract::Context& context, std::string const& id, Approval const& approval, std::int64_t used) {
  auto const standing = standing_of(context, id, approval.expires);
  return standing == Standing::valid && used >= approval.uses ? Standing::used_up : standing;
}

// By the table or by the trail, whichever has more: a row that was removed gives no use back.
std::int64_t used_of(contract::Context& context, std::string const& id) {
  return std::max(store::count_uses(context.store(), id), recorded::count_uses(context.store(), id));
}

std::string word_for(Standing standing, Approval const& approval) {
  switch (standing) {
    case Standing::used_up:
      return "was used up";
    case Standing::expired:
      return "expired at " + to_string(approval.expires);
    case Standing::revoked:
      return "was revoked";
    case Standing::valid:
    case Standing::void_key:
      break;
  }
  return "does not count";
}

bool is_beneficiary(Approval const& approval, std::string_view actor) {
  return actor != approval.approver && (approval.beneficiary == kAnybody || approval.beneficiary == actor);
}

}  // namespace

Result<Approval> approval_in(contract::Context& context, store::Grant const& row, governance::PublicKey const& key) {
  return said_in<Approval>(context, row, key, StatementKind::approval, kApprovalPrefix);
}

Result<TrustGrant> token_in(contract::Context& context, store::Grant const& row, governance::PublicKey const& key) {
  return said_in<TrustGrant>(context, row, key, StatementKind::trust, kTokenPrefix);
}

ApprovalView view_of(contract::Context& context, store::Grant const& row, governance::PublicKey const& key) {
  ApprovalView view{.id = row.id, .used = used_of(context, row.id)};
  auto said = approval_in(context, row, key);
  bool const counts = said.has_value();
  if (!counts) {
    // By a replaced key, or altered: what it says is shown, and that it does not count.
    auto const statement = governance::read(row.statement);
    if (statement) said = governance::body_of<Approval>(*statement);
  }
  if (said) {
    view.operation = said->operation;
    view.parameters = said->parameters;
    view.digest = said->digest;
    view.approver = said->approver;
    view.beneficiary = said->beneficiary;
    view.uses = said->uses;
    view.expires = said->expires;
  }
  view.standing = counts ? standing_of(context, row.id, *said, view.used) : Standing::void_key;
  return view;
}

TokenView token_view(contract::Context& context, store::Grant const& row, governance::PublicKey const& key) {
  TokenView view{.id = row.id};
  auto said = token_in(context, row, key);
  bool const counts = said.has_value();
  if (!counts) {
    auto const statement = governance::read(row.statement);
    if (statement) said = governance::body_of<TrustGrant>(*statement);
  }
  if (said) {
    view.actor = said->actor;
    view.session = said->session;
    view.trust = said->trust;
    view.expires = said->expires;
  }
  view.standing = counts ? standing_of(context, row.id, said->expires) : Standing::void_key;
  return view;
}

Result<Usable> find_usable(contract::Context& context, std::string_view operation, Sha256 const& digest) {
  Usable usable;
  auto const rows = store::approvals_for(context.store(), operation, hex(digest));
  if (rows.empty()) return usable;
  DECAPOD_TRY(auto const by, current_key(context));
  for (auto const& row : rows) {
    auto const approval = approval_in(context, row, by.key);
    if (!approval) {
      usable.others.push_back(row.id + " does not count: " + approval.error().message);
      continue;
    }
    // The columns only lead here; what was signed decides.
    if (approval->operation != operation || approval->digest != hex(digest)) {
      usable.others.push_back(row.id + " was signed for something else");
      continue;
    }
    if (!is_beneficiary(*approval, context.caller().actor)) {
      usable.others.push_back(
          row.id + " is for " +
          (approval->beneficiary == kAnybody ? "anybody but " + approval->approver : approval->beneficiary));
      continue;
    }
    auto const used = used_of(context, row.id);
    auto const standing = standing_of(context, row.id, *approval, used);
    if (standing == Standing::valid) return Usable{.id = row.id, .used = used, .others = {}};
    usable.others.push_back(row.id + ' ' + word_for(standing, *approval));
  }
  return usable;
}

std::string approve_command(std::string_view actor, std::string_view operation, json::object const& meaning,
                            Sha256 const& digest) {
  auto const command = [&](std::string const& what) {
    return "decapod policy approve " + std::string(operation) + ' ' + what + " --to " + shell_word(actor);
  };
  auto with_parameters = command("--params " + shell_word(to_text(meaning)));
  return with_parameters.size() <= kCommandBytesMost ? with_parameters : command("--digest " + hex(digest));
}

Error approval_is_missing(contract::Context& context, std::string_view operation, json::object const& meaning,
                          Sha256 const& digest, std::vector<std::string> others) {
  auto const command = approve_command(context.caller().actor, operation, meaning, digest);
  std::string message = std::string(operation) + " needs the operator's approval: `" + command + '`';
  json::array reasons;
  for (auto const& other : others) {
    message += (reasons.empty() ? "; " : ", ") + other;
    reasons.emplace_back(other);
  }
  return fail(ErrorCode::approval_required, std::move(message),
              {{"command", command}, {"digest", hex(digest)}, {"approvals", std::move(reasons)}});
}

std::optional<governance::Trust> trust_by_token(contract::Context& context) {
  auto const token = context.token();
  auto const dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto const row = store::token(context.store(), token.substr(0, dot));
  if (!row) return std::nullopt;
  auto const by = current_key(context);
  if (!by) return std::nullopt;
  auto const grant = token_in(context, *row, by->key);
  if (!grant || grant->secret != hex(sha256(token.substr(dot + 1)))) return std::nullopt;
  auto const& caller = context.caller();
  if (grant->actor != caller.actor || grant->session != caller.session) return std::nullopt;
  if (standing_of(context, row->id, grant->expires) != Standing::valid) return std::nullopt;
  return grant->trust;
}

}  // namespace decapod::policy
