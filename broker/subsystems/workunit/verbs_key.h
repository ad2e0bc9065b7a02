#pragma once
// The private key that a reproduction is signed with, as the verb's options name it.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/governance/keys.h>
#include <decapod/policy_key/key_file.h>

namespace decapod::workunit {

using policy::KeySource;

// Before somebody's program is run, and the key opened only after that: closes this process's memory to others, and
// says already what open_signing_key would end with. The key and the passphrase are forgotten again. A descriptor can
// be read only once, so its passphrase is not tried. Errors: as open_signing_key.
Result<void> try_key_file(cli::Surroundings& around, KeySource const& source);

// A passphrase that is mistyped at the terminal is asked for again, three times in all. usage: none was named, or no
// terminal asks for the passphrase. input_unreadable, passphrase_wrong, busy.
Result<governance::SecretKey> open_signing_key(cli::Surroundings& around, KeySource const& source);

}  // namespace decapod::workunit
