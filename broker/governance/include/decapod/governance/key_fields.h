#pragma once
// The options of whoever signs, as every request that is signed declares them: where the key is and what opens it. None
// of them leaves the process: the client takes them out of the arguments, and puts a statement there.

#include <decapod/base/request.h>

namespace decapod::governance {

inline constexpr std::int64_t kKeyPathBytesMax = 4096;

// Of a path: to a key file or to a passphrase.
constexpr Field key_path_field(std::string_view name, std::string_view meaning) {
  return {.name = name, .meaning = meaning, .max = kKeyPathBytesMax, .value_name = "FILE"};
}

inline constexpr Field kOperatorKeyField =
    key_path_field("key", "The operator's key file; ~/.config/decapod/operator.key otherwise");
inline constexpr Field kPassphraseFileField =
    key_path_field("passphrase_file", "A file with the passphrase, instead of the terminal");
inline constexpr Field kPassphraseFdField{
    .name = "passphrase_fd", .meaning = "A descriptor to read the passphrase from", .min = 0, .max = 1023};
inline constexpr Field kSignatureField{
    .name = "statement", .meaning = "The operator's signature", .place = Place::fact};

}  // namespace decapod::governance
