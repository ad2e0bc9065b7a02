#pragma once
// What replies show of a policy, of approvals and of tokens.

#include <decapod/base/codec.h>
#include <decapod/governance/document.h>
#include <decapod/governance/evaluation.h>
#include <decapod/governance/statement.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::policy {

inline constexpr std::int64_t kNameBytesMax = 256;
inline constexpr std::int64_t kParameterBytesMax = 256 * 1024;
inline constexpr std::int64_t kPathBytesMax = 4096;
inline constexpr std::int64_t kUsesMax = 1000;

// Whether an approval or a token still counts.
enum class Standing : std::uint8_t { valid, used_up, expired, revoked, void_key };
BOOST_DESCRIBE_ENUM(Standing, valid, used_up, expired, revoked, void_key)

struct ApprovalView {
  std::string id;  // "ap-" and 16 hex digits
  std::string operation;
  json::object parameters;  // empty: they were too long, the digest stands for them
  std::string digest;       // hex
  std::string approver;
  std::string beneficiary;  // "*": anybody but the approver
  std::int64_t uses = 0;
  std::int64_t used = 0;
  Timestamp expires;
  Standing standing = Standing::valid;
};
BOOST_DESCRIBE_STRUCT(ApprovalView, (),
                      (id, operation, parameters, digest, approver, beneficiary, uses, used, expires, standing))

// Never the token itself.
struct TokenView {
  std::string id;  // "tr-" and 16 hex digits
  std::string actor;
  std::string session;
  governance::Trust trust = governance::Trust::basic;
  Timestamp expires;
  Standing standing = Standing::valid;
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (id, actor, session, trust, expires, standing))

}  // namespace decapod::policy
