#pragma once
// The private key that a reproduction is signed with, as the verb's options name it.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/governance/keys.h>

#include <optional>
#include <string>

namespace decapod::workunit {

struct KeySource {
  std::string file;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
};

// Takes `key`, `passphrase_file` and `passphrase_fd` out of the arguments: no request carries them.
KeySource take_key_source(json::object& arguments);

// Before somebody's program is run, and the key opened only after that: closes this process's memory to others, and
// says already what open_key_file would end with. The key and the passphrase are forgotten again. A descriptor can be
// read only once, so its passphrase is not tried. Errors: as open_key_file.
Result<void> try_key_file(cli::Surroundings& around, KeySource const& source);

// A passphrase that is mistyped at the terminal is asked for again, three times in all. usage: none was named, or no
// terminal asks for the passphrase. input_unreadable, passphrase_wrong, busy.
Result<governance::SecretKey> open_key_file(cli::Surroundings& around, KeySource const& source);

}  // namespace decapod::workunit
