#include "verbs_restore.h"

#include <decapod/base/digest.h>
#include <decapod/governance/keys.h>
#include <decapod/governance/statements.h>

#include <fstream>
#include <vector>

#include "verbs_snapshot.h"

namespace decapod::inspect {
namespace {

std::string taken(json::object& arguments, std::string_view name) {
  auto const* value = arguments.if_contains(name);
  std::string text = value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  arguments.erase(name);
  return text;
}

Result<Sha256> digest_of_file(std::string const& path) {
  constexpr std::size_t kChunkBytes = 256 * 1024;
  std::ifstream file(path, std::ios::binary);
  Sha256Hasher hasher;
  std::vector<char> chunk(kChunkBytes);
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    hasher.add(std::string_view(chunk.data(), static_cast<std::size_t>(file.gcount())));
  }
  if (file.eof()) return hasher.finish();
  return fail(ErrorCode::input_unreadable, "cannot read " + path, {{"path", path}});
}

Result<governance::SecretKey> open_key(cli::Surroundings& around, std::string const& path, cli::Secret wanted) {
  DECAPOD_TRY(auto const sealed, around.read(path, governance::kKeyFileBytesMax));
  // Before anybody types a passphrase.
  DECAPOD_CHECK(governance::public_key_in(sealed));
  wanted.prompt = "passphrase of " + path;
  DECAPOD_TRY(auto passphrase, around.secret(wanted));
  auto key = governance::open_key(sealed, passphrase);
  governance::wipe(passphrase);
  return key;
}

}  // namespace

Result<void> prepare_restore(cli::Surroundings& around, json::object& arguments) {
  DECAPOD_CHECK(make_file_absolute(around, arguments));
  auto const path = taken(arguments, "key");
  cli::Secret wanted;
  wanted.file = taken(arguments, "passphrase_file");
  if (auto const* fd = arguments.if_contains("passphrase_fd"); fd != nullptr && fd->is_int64()) {
    wanted.descriptor = static_cast<int>(fd->get_int64());
  }
  arguments.erase("passphrase_fd");
  auto const* file = arguments.if_contains("file");
  if (path.empty() || file == nullptr || !file->is_string()) return {};
  DECAPOD_TRY(auto const key, open_key(around, path, wanted));
  DECAPOD_TRY(auto const digest, digest_of_file(std::string(file->get_string())));
  auto const body = codec::encode(governance::Restoration{.snapshot = hex(digest)}).as_object();
  arguments["statement"] =
      codec::encode(governance::sign(key, governance::StatementKind::restoration, "", around.clock().now().wall, body));
  return {};
}

}  // namespace decapod::inspect
