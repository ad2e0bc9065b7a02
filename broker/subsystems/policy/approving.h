#pragma once
// Approvals and trust tokens as they stand: what their statements say, and what has become of them.

#include <decapod/contract/context.h>
#include <decapod/governance/statements.h>
#include <decapod/policy/views.h>

#include "chain.h"
#include "store.h"

namespace decapod::policy {

inline constexpr std::string_view kApprovalPrefix = "ap-";
inline constexpr std::string_view kTokenPrefix = "tr-";

// A row that was read back and found to be what the operator signed. signature_invalid: it is not, or by a key that was
// replaced since.
Result<governance::Approval> approval_in(contract::Context& context, store::Grant const& row,
                                         governance::PublicKey const& key);
Result<governance::TrustGrant> token_in(contract::Context& context, store::Grant const& row,
                                        governance::PublicKey const& key);

ApprovalView view_of(contract::Context& context, store::Grant const& row, governance::PublicKey const& key);
TokenView token_view(contract::Context& context, store::Grant const& row, governance::PublicKey const& key);

// One that the caller may use now for exactly this.
struct Usable {
  std::string id;  // "" : there is none
  std::int64_t used = 0;
  std::vector<std::string> others;  // why each of those that are there for this does not count
};
Result<Usable> find_usable(contract::Context& context, std::string_view operation, Sha256 const& digest);

// approval_required, with the command by which the operator would approve it.
Error approval_is_missing(contract::Context& context, std::string_view operation, json::object const& meaning,
                          Sha256 const& digest, std::vector<std::string> others);
// That command.
std::string approve_command(std::string_view actor, std::string_view operation, json::object const& meaning,
                            Sha256 const& digest);

// What the caller's token gives, if it is one, the caller's, and in force; nullopt otherwise.
std::optional<governance::Trust> trust_by_token(contract::Context& context);

}  // namespace decapod::policy
