#include "verbs.h"

#include <decapod/base/counted.h>
#include <decapod/policy/approvals.h>
#include <decapod/policy/operators.h>
#include <decapod/policy/proposal.h>

#include "verbs_faces.h"
#include "verbs_proposal.h"
#include "verbs_signing.h"

namespace decapod::policy {
namespace {

using cli::Text;

void render_init(InitReply const& reply, Text& text) {
  text.line("wrote " + cli::printable(reply.file) +
            ": change it, commit it, then `decapod policy activate` signs it (once before: `policy operator-init`)");
}

void render_operator(OperatorReply const& reply, Text& text) {
  auto const which = "the operator's key number " + std::to_string(reply.number);
  text.line(reply.pinned == Pinned::now ? "pinned " + which : which + " is pinned since before");
  text.field("key", reply.key);
  if (reply.public_file) text.field("commit", *reply.public_file);
}

void render_eval(EvalReply const& reply, Text& text) {
  text.line(std::string(to_text(reply.risk)) + " risk");
  for (auto const& reason : reply.reasons) text.field("because", reason);
  text.field("trust",
             std::string(to_text(reply.trust_needed)) + " (you have " + std::string(to_text(reply.trust)) + ')');
  text.field("approval", reply.approval_id.empty() ? std::string(to_text(reply.approval)) : reply.approval_id);
  text.field("proof", to_text(reply.proof));
  if (reply.seal == governance::SealNeed::required) text.field("seal", "the operator's, on what is promoted");
  std::string missing;
  for (auto const lack : reply.missing) missing.append(missing.empty() ? "" : ", ").append(to_text(lack));
  text.field("missing", missing.empty() ? "nothing" : missing);
  if (!reply.command.empty()) text.field("operator", reply.command);
}

// What is missing has commas between.
constexpr auto kEvaluated = cli::columns("RISK", "MISSING", "DIGEST");
void eval_columns(EvalReply const& reply, cli::Lines<kEvaluated>& lines) {
  std::string missing;
  for (auto const lack : reply.missing) missing.append(missing.empty() ? "" : ",").append(to_text(lack));
  lines.add(reply.risk, missing, reply.digest);
}

void render_approve(ApproveReply const& reply, Text& text) {
  auto const& approval = reply.approval;
  text.line("approved " + approval.id);
  text.field("operation", approval.operation);
  if (!approval.parameters.empty()) text.field("parameters", to_text(approval.parameters));
  text.field("for", approval.beneficiary == "*" ? "anybody but " + approval.approver : approval.beneficiary);
  text.field("uses", std::to_string(approval.uses));
  text.field("until", to_string(approval.expires));
}

void render_revoke(RevokeReply const& reply, Text& text) {
  text.line("revoked " + cli::printable(reply.id));
}

void render_trust(TrustReply const& reply, Text& text) {
  auto const& token = reply.token;
  text.line(cli::printable(token.actor) + " has trust '" + std::string(to_text(token.trust)) + "' in session " +
            cli::printable(token.session));
  text.field("token", token.id);
  text.field("until", to_string(token.expires));
  if (reply.file) text.field("file", *reply.file + " (DECAPOD_TRUST_TOKEN_FILE)");
}

void render_list(ListReply const& reply, Text& text) {
  std::vector<std::vector<std::string>> rows;
  for (auto const& approval : reply.approvals) {
    rows.push_back({approval.id, std::string(to_text(approval.standing)),
                    std::to_string(approval.used) + '/' + std::to_string(approval.uses), to_string(approval.expires),
                    approval.beneficiary, approval.operation,
                    approval.parameters.empty() ? "digest " + approval.digest : to_text(approval.parameters)});
  }
  for (auto const& token : reply.tokens) {
    rows.push_back({token.id, std::string(to_text(token.standing)), std::string(to_text(token.trust)),
                    to_string(token.expires), token.actor, "session", token.session});
  }
  if (rows.empty()) return text.line("nothing was approved, and nobody is trusted beyond the policy's default");
  text.table(rows);
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor.empty() ? "" : "--cursor " + reply.next_cursor;
}

Result<void> name_token_file(cli::Surroundings&, json::object const& arguments, json::object& reply) {
  reply["file"] = arguments.at("token_file");
  return {};
}

constexpr cli::VerbFace local(cli::VerbFace face, decltype(cli::VerbFace::local) work) {
  face.local = work;
  return face;
}

constexpr cli::VerbFace signing(cli::VerbFace face, decltype(cli::VerbFace::gather) sign,
                                decltype(cli::VerbFace::conclude) conclude = nullptr) {
  face.gather = sign;
  face.conclude = conclude;
  return face;
}

constexpr cli::VerbFace withdrawing(cli::VerbFace face, decltype(cli::VerbFace::withdraw) withdraw) {
  face.withdraw = withdraw;
  return face;
}

constexpr cli::VerbFace kFaces[] = {
    local(cli::face<Init, &render_init>(), &write_template),
    local(cli::face<Check, &render_check>(), &check_proposal),
    signing(cli::face<OperatorInit, &render_operator>(), &sign_operator_init, &publish_key),
    signing(cli::face<OperatorReplace, &render_operator>(), &sign_operator_replace, &publish_key),
    signing(cli::face<Activate, &render_activate>(), &sign_activation, &name_proposal),
    signing(cli::face<Show, &render_show>(), &gather_proposal),
    cli::face<Eval, &render_eval, &eval_columns>(),
    signing(cli::with_ids(cli::face<Approve, &render_approve>()), &sign_approval),
    signing(cli::with_ids(cli::face<Revoke, &render_revoke>()), &sign_revocation),
    cli::cut<List, &more_listed>(cli::with_ids(cli::face<List, &render_list>())),
    withdrawing(signing(cli::with_ids(cli::face<GrantTrust, &render_trust>()), &sign_trust, &name_token_file),
                &remove_token_file),
};

}  // namespace

cli::VerbGroup const verbs{
    .name = "policy", .summary = "What agents may do alone, and what takes the operator's word", .verbs = kFaces};

}  // namespace decapod::policy
