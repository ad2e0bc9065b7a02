#pragma once
// What `validate` needs from outside, before the leader lock is tried.

#include <decapod/cli_kit/surroundings.h>

namespace decapod::validate {

// Fills the facts of Validate: the caller's own gates, the pins, the stores made in this clone.
Result<void> gather(cli::Surroundings& around, json::object& arguments);

// The answer where there is no store: the caller's gates decide, the store's are not applicable.
Result<json::object> answer_without_store(cli::Surroundings& around, json::object const& arguments);

}  // namespace decapod::validate
