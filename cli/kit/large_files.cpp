#include "large_files.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/digest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace decapod::cli {
namespace {

constexpr std::string_view kPointerBegins = "version https://git-lfs.github.com/spec/v1\n";
constexpr std::size_t kPieceBytes = 1UL << 20;

Error unknown(std::string message, std::string hint) {
  auto error = fail(ErrorCode::tree_unknown, std::move(message));
  error.hint = std::move(hint);
  return error;
}

Error unreadable(std::string const& path) {
  return unknown(path + " cannot be read, which Git LFS keeps elsewhere", "check its permissions");
}

Error not_fetched(std::string const& path) {
  return unknown(path + " is a pointer of Git LFS, not the file itself", "`git lfs pull` fetches it");
}

// The whole of an open file, piece by piece.
Result<std::string> pointer_of(Surroundings& around, int file, std::string const& path) {
  Sha256Hasher hasher;
  std::uint64_t size = 0;
  std::string piece(kPieceBytes, '\0');
  while (true) {
    auto const got = read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path);
    if (got == 0) break;
    auto const bytes = std::string_view(piece).substr(0, static_cast<std::size_t>(got));
    if (size == 0 && bytes.starts_with(kPointerBegins)) return not_fetched(path);
    hasher.add(bytes);
    size += bytes.size();
    if (around.clock().steady() >= around.deadline()) {
      return fail(ErrorCode::timeout, "the time was up before " + path + " was read");
    }
  }
  if (size == 0) return std::string();
  return std::string(kPointerBegins) + "oid sha256:" + hex(hasher.finish()) + "\nsize " + std::to_string(size) + '\n';
}

}  // namespace

Result<LargeFiles> look_at_large_files(Surroundings& around, std::string const& worktree,
                                       std::vector<std::string> const& paths) {
  LargeFiles found;
  for (auto const& path : paths) {
    auto const name = worktree + '/' + path;
    Descriptor const file(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && (errno == ENOENT || errno == ENOTDIR)) {
      found.gone.push_back(path);
      continue;
    }
    if (!file && errno == ELOOP) continue;  // a link
    struct stat facts {};
    if (!file || fstat(file.get(), &facts) != 0) return unreadable(path);
    if (!S_ISREG(facts.st_mode)) continue;
    DECAPOD_TRY(auto pointer, pointer_of(around, file.get(), path));
    found.there.push_back({path, (facts.st_mode & S_IXUSR) != 0 ? "100755" : "100644", std::move(pointer)});
  }
  return found;
}

}  // namespace decapod::cli
