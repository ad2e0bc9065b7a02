#include "verbs_key.h"

#include <decapod/cli_kit/own_memory.h>

namespace decapod::workunit {
namespace {

constexpr int kTries = 3;

Result<void> check_named(KeySource const& source) {
  if (!source.file.empty()) return {};
  auto error = fail(ErrorCode::usage, "only a signed proof counts as reproduced: name the key", {{"option", "--key"}});
  error.hint = "--key FILE, of the operator or of an attestor that the policy names";
  return error;
}

}  // namespace

Result<void> try_key_file(cli::Surroundings& around, KeySource const& source) {
  cli::close_own_memory();
  DECAPOD_CHECK(check_named(source));
  if (source.passphrase_fd) {
    DECAPOD_TRY(auto const sealed, around.read(source.file, governance::kKeyFileBytesMax));
    DECAPOD_CHECK(governance::public_key_in(sealed));
    return {};
  }
  DECAPOD_CHECK(policy::open_key_at(around, source, source.file, "passphrase of " + source.file));
  return {};
}

Result<governance::SecretKey> open_signing_key(cli::Surroundings& around, KeySource const& source) {
  DECAPOD_CHECK(check_named(source));
  bool const typed = source.passphrase_file.empty() && !source.passphrase_fd;
  for (int left = typed ? kTries : 1;; --left) {
    auto key = policy::open_key_at(around, source, source.file, "passphrase of " + source.file + ", to sign");
    if (key || key.error().code != ErrorCode::passphrase_wrong || left == 1) return key;
  }
}

}  // namespace decapod::workunit
