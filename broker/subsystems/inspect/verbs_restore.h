#pragma once
// What `broker restore` does before the request goes out.

#include <decapod/cli_kit/verb.h>

namespace decapod::inspect {

// Makes the file's path absolute; with --key, signs for a restore of exactly this file. No request carries the key's
// path or the passphrase.
Result<void> prepare_restore(cli::Surroundings& around, json::object& arguments);

}  // namespace decapod::inspect
