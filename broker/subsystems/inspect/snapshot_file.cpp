#include "snapshot_file.h"

#include <decapod/base/id.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace decapod::inspect {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(File const&) = delete;
  File& operator=(File const&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Gone again unless it was moved to its place.
struct Temporary {
  std::string path;
  ~Temporary() { unlink(path.c_str()); }
};

Error unwritable(std::string const& path, int number) {
  auto const code =
      number == ENOSPC || number == EDQUOT || number == EFBIG ? ErrorCode::disk_full : ErrorCode::not_writable;
  auto error = fail(code, "cannot write " + path + ": " + std::strerror(number), {{"path", path}});
  error.hint = "check the path, its permissions and the free space";
  return error;
}

Error exists(std::string const& path) {
  auto error = fail(ErrorCode::already_exists, path + " exists", {{"path", path}});
  error.hint = "give another path, or --force";
  return error;
}

Result<void> copy_bytes(int from, std::string const& to, std::string const& shown) {
  File const target(open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!target) return unwritable(shown, errno);
  std::vector<char> chunk(kChunkBytes);
  for (off_t at = 0;;) {
    auto const got = pread(from, chunk.data(), chunk.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unwritable(shown, errno);
    if (got == 0) return {};
    for (ssize_t written = 0; written < got;) {
      auto const put = write(target.get(), chunk.data() + written, static_cast<std::size_t>(got - written));
      if (put < 0 && errno != EINTR) return unwritable(shown, errno);
      if (put > 0) written += put;
    }
    at += got;
  }
}

Result<WrittenFile> sync_and_digest(std::string const& path, std::string const& shown) {
  File const file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file || fsync(file.get()) != 0) return unwritable(shown, errno);
  WrittenFile written;
  Sha256Hasher hasher;
  std::vector<char> chunk(kChunkBytes);
  for (;;) {
    auto const got = read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unwritable(shown, errno);
    if (got == 0) break;
    hasher.add(std::string_view(chunk.data(), static_cast<std::size_t>(got)));
    written.bytes += static_cast<std::uint64_t>(got);
  }
  written.digest = hasher.finish();
  return written;
}

Result<void> move(std::string const& from, std::string const& to, Overwrite force) {
  if (force == Overwrite::yes) {
    if (rename(from.c_str(), to.c_str()) == 0) return {};
    return unwritable(to, errno);
  }
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  // A file system that cannot promise it by renaming does by linking.
  if (errno == EINVAL && link(from.c_str(), to.c_str()) == 0) return {};
  return errno == EEXIST ? exists(to) : unwritable(to, errno);
}

}  // namespace

Result<WrittenFile> put_in_place(std::string const& copy, std::string const& path, Overwrite force) {
  struct stat facts {};
  bool const there = lstat(path.c_str(), &facts) == 0;
  if (there && force == Overwrite::no) return exists(path);
  if (there && !S_ISREG(facts.st_mode)) return unwritable(path, EEXIST);
  Temporary const temporary{path + ".tmp-" + random_id().substr(0, 12)};
  // A second name where the file system has room for one, else a second file.
  if (link(copy.c_str(), temporary.path.c_str()) != 0) {
    File const source(open(copy.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!source) return unwritable(path, errno);
    DECAPOD_CHECK(copy_bytes(source.get(), temporary.path, path));
  }
  DECAPOD_TRY(auto const written, sync_and_digest(temporary.path, path));
  DECAPOD_CHECK(move(temporary.path, path, force));
  File const directory(open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (!directory || fsync(directory.get()) != 0) return unwritable(path, errno);
  return written;
}

}  // namespace decapod::inspect
