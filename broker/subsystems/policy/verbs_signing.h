#pragma once
// The steps before a request goes out in which the operator signs. The private key lives only here, in the command's
// own process; what leaves is the statement.

#include <decapod/cli_kit/verb.h>

namespace decapod::policy {

Result<void> sign_operator_init(cli::Surroundings& around, json::object& arguments);
Result<void> sign_operator_replace(cli::Surroundings& around, json::object& arguments);
Result<void> sign_activation(cli::Surroundings& around, json::object& arguments);
Result<void> sign_approval(cli::Surroundings& around, json::object& arguments);
Result<void> sign_revocation(cli::Surroundings& around, json::object& arguments);
Result<void> sign_trust(cli::Surroundings& around, json::object& arguments);

// .decapod/operator.pub beside the proposal, so that a clone without the store can verify what the operator signed.
Result<void> publish_key(cli::Surroundings& around, json::object const& arguments, json::object& reply);

// Of a grant that was refused: its token would open nothing.
void remove_token_file(cli::Surroundings& around, json::object const& arguments);

}  // namespace decapod::policy
