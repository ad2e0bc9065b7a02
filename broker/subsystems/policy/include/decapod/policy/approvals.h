#pragma once
// `decapod policy approve | revoke | list | trust`: what the operator signs for, request by request.

#include <decapod/base/request_type.h>
#include <decapod/fields/fields.h>
#include <decapod/governance/key_fields.h>
#include <decapod/policy/views.h>

namespace decapod::policy {

struct ApproveReply {
  ApprovalView approval;
};
BOOST_DESCRIBE_STRUCT(ApproveReply, (), (approval))

struct Approve {
  using Reply = ApproveReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "approve",
      .access = Access::write,
      .summary = "Sign for one exact operation with its parameters, to be used once by somebody else",
      .examples = {{{"policy approve todo.archive --params '{\"id\":\"t-4k2m\"}' --to alice --expires +2h",
                     "for alice, once"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "operation",
       .meaning = "The operation, such as todo.archive",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 128},
      {.name = "params", .meaning = "Its arguments, as JSON", .max = kParameterBytesMax, .value_name = "JSON"},
      {.name = "digest",
       .meaning = "Instead of the arguments, what a refusal named: for arguments that are too long to be shown",
       .max = 64,
       .value_name = "HEX"},
      {.name = "to", .meaning = "The actor that may use it; anybody but you otherwise", .max = kNameBytesMax},
      {.name = "expires", .meaning = "Until when; an hour from now otherwise"},
      {.name = "uses", .meaning = "How often", .min = 1, .max = kUsesMax},
      governance::kOperatorKeyField,
      governance::kPassphraseFileField,
      governance::kPassphraseFdField,
      governance::kSignatureField,
  });
  std::string operation;
  std::string params;
  std::string digest;
  std::string to;
  std::optional<Timestamp> expires;
  std::int64_t uses = 1;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(Approve, (),
                      (operation, params, digest, to, expires, uses, key, passphrase_file, passphrase_fd, statement))

struct RevokeReply {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(RevokeReply, (), (id))

struct Revoke {
  using Reply = RevokeReply;
  static constexpr Verb verb{.subsystem = "policy",
                             .name = "revoke",
                             .access = Access::write,
                             .summary = "End an approval or a trust token before its time",
                             .examples = {{{"policy revoke ap-93ab51c07d22e8f4", "it cannot be used any more"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id",
       .meaning = "The approval or the token, as `policy list` shows it",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 64},
      governance::kOperatorKeyField,
      governance::kPassphraseFileField,
      governance::kPassphraseFdField,
      governance::kSignatureField,
  });
  std::string id;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(Revoke, (), (id, key, passphrase_file, passphrase_fd, statement))

struct ListReply {
  std::vector<ApprovalView> approvals;  // newest first
  std::vector<TokenView> tokens;        // newest first
  std::string next_cursor;              // "": there are no older approvals
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (approvals, tokens, next_cursor))

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{.subsystem = "policy",
                             .name = "list",
                             .access = Access::read,
                             .summary = "List approvals and trust tokens, newest first",
                             .budget = std::chrono::milliseconds(100),
                             .examples = {{{"policy list", "what is open, and what was used"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::limit(200, "At most this many of each"),
      fields::cursor(fields::kIdBytesMax, 0),
  });
  std::int64_t limit = 20;
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (limit, cursor))

struct TrustReply {
  TokenView token;
  std::optional<std::string> file;  // that holds what its bearer shows
};
BOOST_DESCRIBE_STRUCT(TrustReply, (), (token, file))

struct GrantTrust {
  using Reply = TrustReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "trust",
      .access = Access::write,
      .summary = "Sign a token that gives one session of one actor more trust than its name does",
      .examples = {{{"policy trust alice --for-session s1 --level verified --token-file alice.token",
                     "alice sets DECAPOD_TRUST_TOKEN_FILE"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "actor_name",
       .meaning = "Who is trusted",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kNameBytesMax,
       .value_name = "ACTOR"},
      {.name = "for_session",
       .meaning = "In which session",
       .presence = Presence::required,
       .min = 1,
       .max = kNameBytesMax,
       .value_name = "SESSION"},
      {.name = "level", .meaning = "How far", .presence = Presence::required},
      {.name = "expires", .meaning = "Until when; an hour from now otherwise"},
      {.name = "token_file",
       .meaning = "A new file for the token; nobody else may read it",
       .presence = Presence::required,
       .min = 1,
       .max = kPathBytesMax,
       .value_name = "FILE"},
      governance::kOperatorKeyField,
      governance::kPassphraseFileField,
      governance::kPassphraseFdField,
      governance::kSignatureField,
  });
  std::string actor_name;
  std::string for_session;
  governance::Trust level = governance::Trust::basic;
  std::optional<Timestamp> expires;
  std::string token_file;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(GrantTrust, (),
                      (actor_name, for_session, level, expires, token_file, key, passphrase_file, passphrase_fd,
                       statement))

}  // namespace decapod::policy
