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

// usage: none was named, or no terminal asks for the passphrase. input_unreadable, passphrase_wrong, busy.
Result<governance::SecretKey> open_key_file(cli::Surroundings& around, KeySource const& source);

}  // namespace decapod::workunit
