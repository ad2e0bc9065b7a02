#include "verbs_key.h"

#include "verbs_arguments.h"

namespace decapod::workunit {

KeySource take_key_source(json::object& arguments) {
  KeySource source{.file = text_argument(arguments, "key"),
                   .passphrase_file = text_argument(arguments, "passphrase_file"),
                   .passphrase_fd = std::nullopt};
  if (auto const* fd = arguments.if_contains("passphrase_fd"); fd != nullptr && fd->is_int64()) {
    source.passphrase_fd = fd->get_int64();
  }
  for (auto const* name : {"key", "passphrase_file", "passphrase_fd"}) arguments.erase(name);
  return source;
}

Result<governance::SecretKey> open_key_file(cli::Surroundings& around, KeySource const& source) {
  if (source.file.empty()) {
    auto error =
        fail(ErrorCode::usage, "only a signed proof counts as reproduced: name the key", {{"option", "--key"}});
    error.hint = "--key FILE, of the operator or of an attestor that the policy names";
    return error;
  }
  DECAPOD_TRY(auto const sealed, around.read(source.file, governance::kKeyFileBytesMax));
  // Before anybody types a passphrase.
  DECAPOD_CHECK(governance::public_key_in(sealed));
  cli::Secret wanted{.prompt = "passphrase of " + source.file};
  wanted.file = source.passphrase_file;
  if (source.passphrase_fd) wanted.descriptor = static_cast<int>(*source.passphrase_fd);
  DECAPOD_TRY(auto passphrase, around.secret(wanted));
  auto key = governance::open_key(sealed, passphrase);
  governance::wipe(passphrase);
  return key;
}

}  // namespace decapod::workunit
