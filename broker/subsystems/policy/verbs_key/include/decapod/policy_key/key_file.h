#pragma once
// Key files and passphrases, as a verb's options name them.

#include <decapod/cli_kit/surroundings.h>
#include <decapod/governance/keys.h>

#include <optional>
#include <string>

namespace decapod::policy {

// Where the operator's key is and what opens it. An empty path: decapod/operator.key below $XDG_CONFIG_HOME, else below
// ~/.config.
struct KeySource {
  std::string file;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::string purpose;  // what it is opened for, told to whoever types; "": the command says enough
};

// Takes `key`, `passphrase_file` and `passphrase_fd` out of the arguments: no request carries them.
KeySource take_key_source(json::object& arguments);

// usage: there is no home to keep it in.
Result<std::string> key_path(cli::Surroundings& around, KeySource const& source);

// Errors: input_unreadable, passphrase_wrong, usage (no terminal and no --passphrase-file), busy.
Result<governance::SecretKey> open_key_file(cli::Surroundings& around, KeySource const& source);

// The same of the key file at `path`; `prompt` is what a terminal asks. The passphrase is wiped, whatever comes of it.
Result<governance::SecretKey> open_key_at(cli::Surroundings& around, KeySource const& source, std::string const& path,
                                          std::string prompt);

// Whether the key file is there and has this public key (hex). Asks nobody for a passphrase.
bool is_key_file_of(cli::Surroundings& around, KeySource const& source, std::string_view key);

// not_writable: the folder of a file that somebody named is not there. A slip in a path must not make one. To be asked
// before anybody types a passphrase.
Result<void> check_folder_of(cli::Surroundings& around, std::string const& path);

// Opens the file that is there, or makes one (0600) with a new key; a folder only for the place where it is by itself.
// `file` is where.
struct FoundKey {
  governance::SecretKey key;
  std::string file;
};
Result<FoundKey> open_or_make_key(cli::Surroundings& around, KeySource const& source, governance::KeyCost const& cost);

}  // namespace decapod::policy
