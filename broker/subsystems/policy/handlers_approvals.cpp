// What the operator signs for, request by request.

#include <decapod/governance/statements.h>

#include "approving.h"
#include "handlers.h"
#include "in_force.h"

namespace decapod::policy {
namespace {

using governance::StatementKind;

// A statement that says something else than the words around it would make people believe the words.
Result<void> agrees(bool same, std::string_view what) {
  if (same) return {};
  return fail(ErrorCode::signature_invalid, "the signed statement and the request name different " + std::string(what),
              {{"reason", "other_request"}, {"differs", what}});
}

Result<void> check_life(Context& context, Timestamp expires, Millis longest, std::string_view key) {
  auto const now = context.now().wall;
  if (expires <= now) return fail(ErrorCode::bad_request, "it would be expired before anybody can use it");
  if (expires - now <= longest) return {};
  auto error = fail(ErrorCode::policy_denied, "the policy in force allows " + to_string(longest) + " at most",
                    {{"longest_ms", longest.count()}});
  error.hint = "give an earlier --expires; the policy's '" + std::string(key) + "' is the bound";
  return error;
}

contract::Operation const* find(Context& context, std::string_view name) {
  for (auto const* subsystem : context.subsystems()) {
    for (auto const& operation : subsystem->operations) {
      if (operation_name(*operation.type->verb) == name) return &operation;
    }
  }
  return nullptr;
}

Result<void> check_operation(Context& context, std::string const& name) {
  auto const* operation = find(context, name);
  bool const judged = operation != nullptr && operation->type->verb->access == Access::write &&
                      operation->warrant == contract::Warrant::policy;
  if (judged) return {};
  return fail(ErrorCode::bad_request, "there is no operation '" + name + "' that an approval could let in",
              {{"operation", name}});
}

Result<void> check_parameters(governance::Approval const& approval) {
  if (!sha256_from_hex(approval.digest)) {
    return fail(ErrorCode::bad_request, "'digest' must be 64 hex digits", {{"field", "digest"}});
  }
  if (approval.parameters.empty()) return {};
  auto const digest = governance::parameters_digest(approval.operation, approval.parameters);
  return agrees(hex(digest) == approval.digest, "parameters");
}

}  // namespace

Result<ApproveReply> approve(Context& context, Approve const& request) {
  DECAPOD_TRY(auto const heard_it, heard(context, request.statement, StatementKind::approval));
  DECAPOD_TRY(auto const approval, governance::body_of<governance::Approval>(heard_it.statement));
  DECAPOD_CHECK(agrees(approval.operation == request.operation, "operations"));
  DECAPOD_CHECK(agrees(approval.uses == request.uses, "uses"));
  DECAPOD_CHECK(agrees(!request.expires || approval.expires == *request.expires, "times"));
  DECAPOD_CHECK(agrees(approval.beneficiary == (request.to.empty() ? "*" : request.to), "actors"));
  DECAPOD_CHECK(agrees(approval.approver == context.caller().actor, "approvers"));
  if (approval.beneficiary == approval.approver) {
    return fail(ErrorCode::self_approval, approval.approver + " cannot approve what " + approval.approver + " does");
  }
  DECAPOD_CHECK(check_operation(context, approval.operation));
  DECAPOD_CHECK(check_parameters(approval));
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  DECAPOD_CHECK(check_life(context, approval.expires, policy->document.approval_max, "approval_max"));
  store::Grant const row{.id = id_with(kApprovalPrefix, *request.statement),
                         .key = heard_it.by.number,
                         .statement = *request.statement,
                         .at = context.now().wall};
  if (store::approval(context.store(), row.id)) {
    return fail(ErrorCode::statement_replayed, row.id + " was given before", {{"id", row.id}});
  }
  store::insert_approval(context.store(), row, approval.operation, approval.digest);
  context.affects("policy/approval/" + row.id);
  return ApproveReply{.approval = view_of(context, row, heard_it.by.key)};
}

Result<RevokeReply> revoke(Context& context, Revoke const& request) {
  DECAPOD_TRY(auto const heard_it, heard(context, request.statement, StatementKind::revocation));
  DECAPOD_TRY(auto const said, governance::body_of<governance::Revocation>(heard_it.statement));
  DECAPOD_CHECK(agrees(said.id == request.id, "ids"));
  bool const approval = store::approval(context.store(), said.id).has_value();
  if (!approval && !store::token(context.store(), said.id)) {
    auto error = fail(ErrorCode::not_found, "there is no approval and no token '" + said.id + '\'', {{"id", said.id}});
    error.hint = "give the whole id, as `decapod policy list` shows it";
    return error;
  }
  if (store::is_revoked(context.store(), said.id)) return RevokeReply{.id = said.id};
  store::insert_revocation(
      context.store(),
      {.id = said.id, .key = heard_it.by.number, .statement = *request.statement, .at = context.now().wall});
  context.affects("policy/revocation/" + said.id);
  return RevokeReply{.id = said.id};
}

Result<TrustReply> grant_trust(Context& context, GrantTrust const& request) {
  DECAPOD_TRY(auto const heard_it, heard(context, request.statement, StatementKind::trust));
  DECAPOD_TRY(auto const grant, governance::body_of<governance::TrustGrant>(heard_it.statement));
  DECAPOD_CHECK(agrees(grant.actor == request.actor_name, "actors"));
  DECAPOD_CHECK(agrees(grant.session == request.for_session, "sessions"));
  DECAPOD_CHECK(agrees(grant.trust == request.level, "levels"));
  DECAPOD_CHECK(agrees(!request.expires || grant.expires == *request.expires, "times"));
  if (!sha256_from_hex(grant.secret)) {
    return fail(ErrorCode::signature_invalid, "the statement binds no token", {{"reason", "not_a_statement"}});
  }
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  DECAPOD_CHECK(check_life(context, grant.expires, policy->document.trust_max, "trust_max"));
  store::Grant const row{.id = id_with(kTokenPrefix, *request.statement),
                         .key = heard_it.by.number,
                         .statement = *request.statement,
                         .at = context.now().wall};
  if (store::token(context.store(), row.id)) {
    return fail(ErrorCode::statement_replayed, row.id + " was given before", {{"id", row.id}});
  }
  store::insert_token(context.store(), row);
  context.affects("policy/token/" + row.id);
  return TrustReply{.token = token_view(context, row, heard_it.by.key)};
}

Result<ListReply> list(Context& context, List const& request) {
  ListReply reply;
  auto rows = store::newest_approvals(context.store(), request.cursor, request.limit + 1);
  auto const tokens = store::newest_tokens(context.store(), request.limit);
  if (rows.empty() && tokens.empty()) return reply;
  DECAPOD_TRY(auto const by, current_key(context));
  bool const more = static_cast<std::int64_t>(rows.size()) > request.limit;
  if (more) rows.pop_back();
  for (auto const& row : rows) reply.approvals.push_back(view_of(context, row, by.key));
  for (auto const& row : tokens) reply.tokens.push_back(token_view(context, row, by.key));
  if (more) reply.next_cursor = rows.back().id;
  // What has not expired yet will.
  for (auto const& approval : reply.approvals) {
    if (approval.standing == Standing::valid) context.valid_until(approval.expires);
  }
  for (auto const& token : reply.tokens) {
    if (token.standing == Standing::valid) context.valid_until(token.expires);
  }
  return reply;
}

}  // namespace decapod::policy
