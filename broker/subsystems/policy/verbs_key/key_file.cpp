#include <decapod/base/wipe.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/policy_key/key_file.h>

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace decapod::policy {
namespace {

bool exists(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

std::string seen_from(cli::Surroundings& around, std::string const& path) {
  return path.starts_with('/') ? path : around.cwd() + '/' + path;
}

// Wiped when it goes.
struct Passphrase {
  std::string text;
  explicit Passphrase(std::string from) : text(std::move(from)) {}
  Passphrase(Passphrase&&) = default;
  Passphrase& operator=(Passphrase&&) = delete;
  Passphrase(Passphrase const&) = delete;
  ~Passphrase() { wipe(text); }
};

Result<Passphrase> passphrase(cli::Surroundings& around, KeySource const& source, std::string prompt,
                              cli::Secret::Repeat repeat) {
  cli::Secret wanted{.prompt = std::move(prompt), .repeat = repeat};
  wanted.file = source.passphrase_file;
  if (source.passphrase_fd) wanted.descriptor = static_cast<int>(*source.passphrase_fd);
  DECAPOD_TRY(auto text, around.secret(wanted));
  return Passphrase(std::move(text));
}

std::string prompt_for(std::string const& path) {
  return "passphrase of " + path;
}

}  // namespace

KeySource take_key_source(json::object& arguments) {
  KeySource source{.file = cli::text_argument(arguments, "key"),
                   .passphrase_file = cli::text_argument(arguments, "passphrase_file")};
  if (auto const* fd = arguments.if_contains("passphrase_fd"); fd != nullptr && fd->is_int64()) {
    source.passphrase_fd = fd->get_int64();
  }
  for (auto const* name : {"key", "passphrase_file", "passphrase_fd"}) arguments.erase(name);
  return source;
}

Result<void> check_folder_of(cli::Surroundings& around, std::string const& path) {
  auto const folder = std::filesystem::path(seen_from(around, path)).parent_path();
  std::error_code none;
  if (std::filesystem::is_directory(folder, none)) return {};
  auto error = fail(ErrorCode::not_writable, "cannot write " + path + ": there is no folder " + folder.native(),
                    {{"path", path}});
  error.hint = "make the folder first, or name a file in one that is there";
  return error;
}

Result<std::string> key_path(cli::Surroundings& around, KeySource const& source) {
  if (!source.file.empty()) return seen_from(around, source.file);
  if (auto const config = around.environment("XDG_CONFIG_HOME"); config && config->starts_with('/')) {
    return *config + "/decapod/operator.key";
  }
  if (auto const home = around.environment("HOME")) return *home + "/.config/decapod/operator.key";
  return fail(ErrorCode::usage, "there is no HOME to look for the operator's key in: give --key FILE");
}

Result<governance::SecretKey> open_key_at(cli::Surroundings& around, KeySource const& source, std::string const& path,
                                          std::string prompt) {
  DECAPOD_TRY(auto const sealed, around.read(path, governance::kKeyFileBytesMax));
  // Before anybody types a passphrase.
  DECAPOD_CHECK(governance::public_key_in(sealed));
  DECAPOD_TRY(auto const secret, passphrase(around, source, std::move(prompt), cli::Secret::Repeat::no));
  return governance::open_key(sealed, secret.text);
}

Result<governance::SecretKey> open_key_file(cli::Surroundings& around, KeySource const& source) {
  DECAPOD_TRY(auto const path, key_path(around, source));
  auto const why = source.purpose.empty() ? std::string() : " (" + source.purpose + ')';
  return open_key_at(around, source, path, prompt_for(path) + why);
}

bool is_key_file_of(cli::Surroundings& around, KeySource const& source, std::string_view key) {
  auto const path = key_path(around, source);
  if (!path || !exists(*path)) return false;
  auto const content = around.read(*path, governance::kKeyFileBytesMax);
  auto const there = content ? governance::public_key_in(*content) : Result<governance::PublicKey>(content.error());
  return there && to_hex(*there) == key;
}

Result<FoundKey> open_or_make_key(cli::Surroundings& around, KeySource const& source, governance::KeyCost const& cost) {
  DECAPOD_TRY(auto const path, key_path(around, source));
  if (exists(path)) {
    DECAPOD_TRY(auto there, open_key_at(around, source, path, prompt_for(path)));
    return FoundKey{.key = std::move(there), .file = path};
  }
  if (!source.file.empty()) DECAPOD_CHECK(check_folder_of(around, source.file));
  DECAPOD_TRY(auto const secret, passphrase(around, source, prompt_for(path), cli::Secret::Repeat::yes));
  auto made = governance::SecretKey::generate();
  DECAPOD_TRY(auto const content, governance::seal_key(made, secret.text, cost));
  // A dry run leaves no key, and what it signs is undone.
  if (around.effect() != cli::Effect::imagined) DECAPOD_CHECK(around.create_private(path, content));
  return FoundKey{.key = std::move(made), .file = path};
}

}  // namespace decapod::policy
