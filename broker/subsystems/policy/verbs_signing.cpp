#include "verbs_signing.h"

#include <decapod/base/id.h>
#include <decapod/base/tracked_paths.h>
#include <decapod/base/wipe.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/governance/proposal.h>
#include <decapod/governance/statements.h>
#include <decapod/policy/approvals.h>
#include <decapod/policy/operators.h>
#include <decapod/policy/proposal.h>
#include <decapod/policy_key/key_file.h>

#include "verbs_proposal.h"

#include <algorithm>
#include <filesystem>

namespace decapod::policy {
namespace {

using cli::Surroundings;
using governance::StatementKind;

constexpr Millis kUsualLife{60 * 60 * 1000};

template <class T>
void put_statement(json::object& arguments, Surroundings& around, governance::SecretKey const& key, StatementKind kind,
                   std::string const& store, T const& body) {
  auto const signed_one =
      governance::sign(key, kind, store, around.clock().now().wall, codec::encode(body).as_object());
  arguments["statement"] = codec::encode(signed_one);
}

// What the store says of itself and its keys.
Result<ShowReply> store_state(Surroundings& around, json::object const& question = {}) {
  DECAPOD_TRY(auto const reply, around.call(request_type<Show>, question));
  return codec::decode<ShowReply>(json::value(reply), codec::Unknown::ignore);
}

// Before anybody types a passphrase.
Result<void> check_operator(ShowReply const& state) {
  if (!state.keys.empty()) return {};
  auto error = fail(ErrorCode::operator_unknown, "no operator's key is pinned in this store");
  error.hint = "`decapod policy operator-init` makes one and pins it";
  return error;
}

// A key that the store does not know is refused before it signs anything.
Result<void> check_pinned(ShowReply const& state, governance::SecretKey const& key) {
  auto const ours = to_hex(key.public_key());
  if (state.keys.back().key == ours) return {};
  return fail(ErrorCode::signature_invalid,
              "this is not the operator's key of this store: it is " + ours.substr(0, 16) + ", and " +
                  state.keys.back().key.substr(0, 16) + " is pinned",
              {{"reason", "other_key"}});
}

Result<Timestamp> expiry_in(Surroundings& around, json::object const& arguments) {
  auto const* value = arguments.if_contains("expires");
  if (value == nullptr) return around.clock().now().wall + kUsualLife;
  if (!value->is_string()) return fail(ErrorCode::bad_request, "'expires' must be a time", {{"field", "expires"}});
  return parse_timestamp(value->get_string());
}

governance::KeyCost cost_in(json::object const& arguments) {
  return cli::text_argument(arguments, "cost") == to_text(Cost::least) ? governance::kLeastCost
                                                                       : governance::kUsualCost;
}

// Everything but what is observed, in its bounds: before a passphrase is asked for, and anything is signed.
template <Request R>
Result<R> as_typed(json::object const& arguments) {
  DECAPOD_TRY(auto const canonical, request_type<R>.canonical(arguments));
  return codec::decode<R>(json::value(canonical), codec::Unknown::refuse);
}

// What whoever types the passphrase is about to sign.
std::string purpose_of(ReadProposal const& proposal, ShowReply const& state) {
  constexpr std::size_t kNamed = 5;
  auto text = "puts " + cli::printable(proposal.file) + " in force, hash " + state.proposal_hash;
  auto const& keys = state.differences;
  if (keys.empty()) return text + ", the same as now";
  text += ", which differs at ";
  for (std::size_t i = 0; i < std::min(keys.size(), kNamed); ++i) text.append(i == 0 ? "" : ", ").append(keys[i]);
  if (keys.size() > kNamed) text += " and " + std::to_string(keys.size() - kNamed) + " more (`decapod policy check`)";
  return text;
}

}  // namespace

Result<void> sign_operator_init(Surroundings& around, json::object& arguments) {
  auto const source = take_key_source(arguments);
  DECAPOD_TRY(auto const state, store_state(around));
  // The same key once more: what was pinned and not published, because the tree could not be written, is published.
  bool const again = state.keys.size() == 1 && is_key_file_of(around, source, state.keys.back().key);
  if (!state.keys.empty() && !again) {
    auto error = fail(ErrorCode::already_exists, "an operator's key is pinned in this store already",
                      {{"key", state.keys.back().key}});
    error.hint = "`decapod policy operator-replace` pins another, signed with the present one";
    return error;
  }
  DECAPOD_TRY(auto const found, open_or_make_key(around, source, cost_in(arguments)));
  governance::KeyChange const change{.number = 1, .key = to_hex(found.key.public_key())};
  put_statement(arguments, around, found.key, StatementKind::key_pin, state.store_uuid, change);
  return {};
}

Result<void> sign_operator_replace(Surroundings& around, json::object& arguments) {
  auto const source = take_key_source(arguments);
  KeySource next{.file = cli::text_argument(arguments, "new_key"),
                 .passphrase_file = cli::text_argument(arguments, "new_passphrase_file")};
  if (next.file.empty()) return {};  // said by whoever decodes the request
  if (next.passphrase_file.empty()) next.passphrase_file = source.passphrase_file;
  arguments.erase("new_passphrase_file");
  DECAPOD_TRY(auto const state, store_state(around));
  DECAPOD_CHECK(check_operator(state));
  DECAPOD_TRY(auto const present, open_key_file(around, source));
  DECAPOD_CHECK(check_pinned(state, present));
  DECAPOD_TRY(auto const found, open_or_make_key(around, next, cost_in(arguments)));
  governance::KeyChange const change{.number = state.keys.back().number + 1, .key = to_hex(found.key.public_key())};
  put_statement(arguments, around, present, StatementKind::key_replacement, state.store_uuid, change);
  return {};
}

Result<void> sign_activation(Surroundings& around, json::object& arguments) {
  auto source = take_key_source(arguments);
  DECAPOD_TRY(auto const proposal, read_proposal(around, ""));
  auto const hash = hex(governance::hash_of(proposal.document));
  auto const reviewed = cli::text_argument(arguments, "hash");
  if (!reviewed.empty() && reviewed != hash) {
    return fail(ErrorCode::policy_mismatch,
                proposal.file + " has the hash " + hash + ", and " + reviewed + " was to be activated",
                {{"reviewed", reviewed}, {"found", hash}});
  }
  DECAPOD_TRY(auto const state, store_state(around, {{"proposal", proposal.text}}));
  DECAPOD_CHECK(check_operator(state));
  source.purpose = purpose_of(proposal, state);
  DECAPOD_TRY(auto const key, open_key_file(around, source));
  DECAPOD_CHECK(check_pinned(state, key));
  governance::PolicyActivation const activation{.sequence = state.sequence + 1, .policy = hash};
  arguments["document"] = governance::canonical(proposal.document);
  put_statement(arguments, around, key, StatementKind::policy_activation, state.store_uuid, activation);
  return {};
}

Result<void> sign_approval(Surroundings& around, json::object& arguments) {
  auto const source = take_key_source(arguments);
  DECAPOD_TRY(auto const wish, as_typed<Approve>(arguments));
  if (wish.params.empty() == wish.digest.empty()) {
    return fail(ErrorCode::usage, "give either --params or --digest: an approval is for one exact request");
  }
  governance::Approval approval{.operation = wish.operation,
                                .digest = wish.digest,
                                .approver = around.caller().actor,
                                .beneficiary = wish.to.empty() ? "*" : wish.to,
                                .uses = wish.uses};
  DECAPOD_TRY(approval.expires, expiry_in(around, arguments));
  if (approval.beneficiary == approval.approver) {
    auto error =
        fail(ErrorCode::self_approval, approval.approver + " cannot approve what " + approval.approver + " does");
    error.hint =
        "the one who does it and the one who approves it need two names: give one of them --actor NAME, or "
        "export DECAPOD_AGENT_ID, and ask anew for what is to be approved";
    return error;
  }
  if (!wish.params.empty()) {
    json::object const question{{"operation", wish.operation}, {"params", wish.params}};
    DECAPOD_TRY(auto const answer, around.call(request_type<Eval>, question));
    DECAPOD_TRY(auto const judged, codec::decode<EvalReply>(json::value(answer), codec::Unknown::ignore));
    approval.parameters = judged.parameters.value_or(json::object());
    approval.digest = hex(governance::parameters_digest(wish.operation, approval.parameters));
  }
  DECAPOD_TRY(auto const state, store_state(around));
  DECAPOD_CHECK(check_operator(state));
  DECAPOD_TRY(auto const key, open_key_file(around, source));
  DECAPOD_CHECK(check_pinned(state, key));
  put_statement(arguments, around, key, StatementKind::approval, state.store_uuid, approval);
  return {};
}

Result<void> sign_revocation(Surroundings& around, json::object& arguments) {
  auto const source = take_key_source(arguments);
  DECAPOD_TRY(auto const wish, as_typed<Revoke>(arguments));
  DECAPOD_TRY(auto const state, store_state(around));
  DECAPOD_CHECK(check_operator(state));
  DECAPOD_TRY(auto const key, open_key_file(around, source));
  DECAPOD_CHECK(check_pinned(state, key));
  put_statement(arguments, around, key, StatementKind::revocation, state.store_uuid,
                governance::Revocation{.id = wish.id});
  return {};
}

// The token is the statement's id and a secret whose digest was signed. The secret goes into the file and nowhere else:
// no request, no reply and no record ever holds it.
Result<void> sign_trust(Surroundings& around, json::object& arguments) {
  auto const source = take_key_source(arguments);
  DECAPOD_TRY(auto const wish, as_typed<GrantTrust>(arguments));
  DECAPOD_CHECK(check_folder_of(around, wish.token_file));
  DECAPOD_TRY(auto const state, store_state(around));
  DECAPOD_CHECK(check_operator(state));
  DECAPOD_TRY(auto const key, open_key_file(around, source));
  DECAPOD_CHECK(check_pinned(state, key));
  auto secret = random_id() + random_id();
  governance::TrustGrant grant{
      .actor = wish.actor_name, .session = wish.for_session, .trust = wish.level, .secret = hex(sha256(secret))};
  DECAPOD_TRY(grant.expires, expiry_in(around, arguments));
  auto const signed_one = governance::sign(key, StatementKind::trust, state.store_uuid, around.clock().now().wall,
                                           codec::encode(grant).as_object());
  auto token = "tr-" + hex(governance::id_of(signed_one)).substr(0, 16) + '.' + secret + '\n';
  // A dry run leaves no file.
  auto const written =
      around.effect() == cli::Effect::imagined ? Result<void>() : around.create_private(wish.token_file, token);
  wipe(secret);
  wipe(token);
  DECAPOD_CHECK(written);
  arguments["statement"] = codec::encode(signed_one);
  return {};
}

// It was made by this command alone, right before: a file that was there already ended it.
void remove_token_file(Surroundings& around, json::object const& arguments) {
  auto const path = cli::text_argument(arguments, "token_file");
  if (path.empty()) return;
  std::error_code none;
  std::filesystem::remove(path.starts_with('/') ? path : around.cwd() + '/' + path, none);
}

Result<void> publish_key(Surroundings& around, json::object const&, json::object& reply) {
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->main_worktree.empty()) return {};
  auto const path = place->main_worktree + '/' + std::string(kPublishedKeyPath);
  DECAPOD_CHECK(around.write(path, std::string(reply.at("key").as_string()) + '\n'));
  reply["public_file"] = path;
  return {};
}

}  // namespace decapod::policy
