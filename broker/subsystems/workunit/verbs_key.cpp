#include "verbs_key.h"

#include "verbs_arguments.h"

#include <decapod/cli_kit/own_memory.h>

namespace decapod::workunit {
namespace {

constexpr int kTries = 3;

Result<std::string> sealed_key(cli::Surroundings& around, KeySource const& source) {
  if (source.file.empty()) {
    auto error =
        fail(ErrorCode::usage, "only a signed proof counts as reproduced: name the key", {{"option", "--key"}});
    error.hint = "--key FILE, of the operator or of an attestor that the policy names";
    return error;
  }
  DECAPOD_TRY(auto sealed, around.read(source.file, governance::kKeyFileBytesMax));
  // Before anybody types a passphrase.
  DECAPOD_CHECK(governance::public_key_in(sealed));
  return sealed;
}

Result<governance::SecretKey> open_once(cli::Surroundings& around, KeySource const& source, std::string prompt) {
  DECAPOD_TRY(auto const sealed, sealed_key(around, source));
  cli::Secret wanted{.prompt = std::move(prompt)};
  wanted.file = source.passphrase_file;
  if (source.passphrase_fd) wanted.descriptor = static_cast<int>(*source.passphrase_fd);
  DECAPOD_TRY(auto passphrase, around.secret(wanted));
  auto key = governance::open_key(sealed, passphrase);
  governance::wipe(passphrase);
  return key;
}

}  // namespace

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

Result<void> try_key_file(cli::Surroundings& around, KeySource const& source) {
  cli::close_own_memory();
  if (source.passphrase_fd) {
    DECAPOD_CHECK(sealed_key(around, source));
    return {};
  }
  DECAPOD_CHECK(open_once(around, source, "passphrase of " + source.file));
  return {};
}

Result<governance::SecretKey> open_key_file(cli::Surroundings& around, KeySource const& source) {
  bool const typed = source.passphrase_file.empty() && !source.passphrase_fd;
  for (int left = typed ? kTries : 1;; --left) {
    auto key = open_once(around, source, "passphrase of " + source.file + ", to sign");
    if (key || key.error().code != ErrorCode::passphrase_wrong || left == 1) return key;
  }
}

}  // namespace decapod::workunit
