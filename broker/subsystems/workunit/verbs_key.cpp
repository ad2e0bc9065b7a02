#include "verbs_key.h"

#include <decapod/cli_kit/own_memory.h>

#include <filesystem>
#include <system_error>

namespace decapod::workunit {
namespace {

constexpr int kTries = 3;

// The one that was named, else the operator's where it is by itself.
Result<std::string> file_of(cli::Surroundings& around, KeySource const& source) {
  auto path = policy::key_path(around, source);
  std::error_code none;
  if (path && (!source.file.empty() || std::filesystem::exists(*path, none))) return path;
  auto error = fail(ErrorCode::usage, "only a signed proof counts as reproduced: name the key", {{"option", "--key"}});
  error.hint = "--key FILE, of the operator or of an attestor that the policy names";
  if (path) error.hint += "; there is no " + *path;
  return error;
}

}  // namespace

Result<void> try_key_file(cli::Surroundings& around, KeySource const& source) {
  cli::close_own_memory();
  DECAPOD_TRY(auto const file, file_of(around, source));
  if (source.passphrase_fd) {
    DECAPOD_TRY(auto const sealed, around.read(file, governance::kKeyFileBytesMax));
    DECAPOD_CHECK(governance::public_key_in(sealed));
    return {};
  }
  DECAPOD_CHECK(policy::open_key_at(around, source, file, "passphrase of " + file));
  return {};
}

Result<governance::SecretKey> open_signing_key(cli::Surroundings& around, KeySource const& source) {
  DECAPOD_TRY(auto const file, file_of(around, source));
  bool const typed = source.passphrase_file.empty() && !source.passphrase_fd;
  for (int left = typed ? kTries : 1;; --left) {
    auto key = policy::open_key_at(around, source, file, "passphrase of " + file + ", to sign");
    if (key || key.error().code != ErrorCode::passphrase_wrong || left == 1) return key;
  }
}

}  // namespace decapod::workunit
