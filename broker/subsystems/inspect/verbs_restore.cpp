#include "verbs_restore.h"

#include <decapod/base/digest.h>
#include <decapod/governance/keys.h>
#include <decapod/governance/statements.h>
#include <decapod/policy_key/key_file.h>

#include <fstream>
#include <vector>

#include "verbs_snapshot.h"

namespace decapod::inspect {
namespace {

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

}  // namespace

Result<void> prepare_restore(cli::Surroundings& around, json::object& arguments) {
  DECAPOD_CHECK(make_file_absolute(around, arguments));
  auto const source = policy::take_key_source(arguments);
  auto const* file = arguments.if_contains("file");
  if (source.file.empty() || file == nullptr || !file->is_string()) return {};
  DECAPOD_TRY(auto const key, policy::open_key_at(around, source, source.file, "passphrase of " + source.file));
  DECAPOD_TRY(auto const digest, digest_of_file(std::string(file->get_string())));
  auto const body = codec::encode(governance::Restoration{.snapshot = hex(digest)}).as_object();
  arguments["statement"] =
      codec::encode(governance::sign(key, governance::StatementKind::restoration, "", around.clock().now().wall, body));
  return {};
}

}  // namespace decapod::inspect
