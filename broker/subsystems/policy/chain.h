#pragma once
// The operator's keys as a chain: whoever holds the first one has agreed to each that came after.

#include <decapod/contract/context.h>
#include <decapod/governance/keys.h>
#include <decapod/governance/statement.h>

#include <string>
#include <vector>

namespace decapod::policy {

// Oldest first; the last one is in force. Empty: none was pinned. policy_invalid: a number is missing, a statement does
// not verify under the key before it, a row does not say what was signed, or the trail knows of a later key. Throws
// storage::Failure.
Result<std::vector<governance::PublicKey>> key_chain(contract::Context& context);

// The last one, with its number. operator_unknown: there is none.
struct CurrentKey {
  governance::PublicKey key;
  std::int64_t number = 0;
};
Result<CurrentKey> current_key(contract::Context& context);

// What the operator has signed with the key in force, for this store. bad_request: there is no statement;
// signature_invalid; operator_unknown.
struct Spoken {
  governance::Statement statement;
  CurrentKey by;
};
Result<Spoken> heard(contract::Context& context, std::optional<governance::Signed> const& statement,
                     governance::StatementKind kind);

// "ap-93ab51c07d22e8f4": the prefix and the first 16 digits of the statement's SHA-256.
std::string id_with(std::string_view prefix, governance::Signed const& statement);

}  // namespace decapod::policy
