#include "snapshot_file.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/id.h>
#include <decapod/base/os_error.h>
#include <decapod/base/sync_directory.h>
#include <decapod/base/whole_write.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <vector>

namespace decapod::inspect {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;

volatile std::sig_atomic_t held_signal = 0;

extern "C" void hold_signal(int number) {
  held_signal = number;
}

// While it lives, a signal that would end the command waits, so that no second name stays behind; then it is raised.
class HeldSignals {
 public:
  HeldSignals() {
    held_signal = 0;
    struct sigaction hold {};
    hold.sa_handler = hold_signal;
    for (auto& [number, before] : held_) {
      sigaction(number, nullptr, &before);
      if (before.sa_handler != SIG_IGN) sigaction(number, &hold, nullptr);
    }
  }
  HeldSignals(HeldSignals const&) = delete;
  HeldSignals& operator=(HeldSignals const&) = delete;
  ~HeldSignals() {
    for (auto const& [number, before] : held_) sigaction(number, &before, nullptr);
    if (arrived()) raise(held_signal);
  }
  static bool arrived() { return held_signal != 0; }

 private:
  struct Held {
    int number;
    struct sigaction before {};
  };
  std::array<Held, 3> held_{Held{SIGINT}, Held{SIGTERM}, Held{SIGHUP}};
};

// Gone again, whatever becomes of it.
struct Temporary {
  std::string path;
  ~Temporary() { unlink(path.c_str()); }
};

Error unwritable(std::string const& path, int number) {
  auto error = os_error("write", path, number, ErrorCode::not_writable);
  if (error.hint.empty()) error.hint = "check the path, its permissions and the free space";
  return error;
}

Error exists(std::string const& path) {
  auto error = fail(ErrorCode::already_exists, path + " exists", {{"path", path}});
  error.hint = "give another path, or --force";
  return error;
}

Result<void> copy_bytes(int from, int to, std::string const& shown) {
  std::vector<char> chunk(kChunkBytes);
  for (off_t at = 0;;) {
    auto const got = pread(from, chunk.data(), chunk.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unwritable(shown, errno);
    if (got == 0) return {};
    if (HeldSignals::arrived()) return fail(ErrorCode::interrupted, "interrupted while " + shown + " was written");
    int const error = write_whole(to, {chunk.data(), static_cast<std::size_t>(got)});
    if (error != 0) return unwritable(shown, error);
    at += got;
  }
}

Result<WrittenFile> sync_and_digest(int file, std::string const& shown) {
  if (fsync(file) != 0) return unwritable(shown, errno);
  WrittenFile written;
  Sha256Hasher hasher;
  std::vector<char> chunk(kChunkBytes);
  for (off_t at = 0;;) {
    auto const got = pread(file, chunk.data(), chunk.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unwritable(shown, errno);
    if (got == 0) break;
    hasher.add(std::string_view(chunk.data(), static_cast<std::size_t>(got)));
    at += got;
  }
  written.bytes = static_cast<std::uint64_t>(lseek(file, 0, SEEK_END));
  written.digest = hasher.finish();
  return written;
}

std::string directory_of(std::string const& path) {
  return path.substr(0, path.rfind('/') + 1);
}

std::string temporary_name(std::string const& path) {
  return path + ".tmp-" + random_id().substr(0, 12);
}

// A file that has a name already gets its place in one step.
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

// Whether an open file could get a (second) name; if not, nothing was done.
enum class Linked : std::uint8_t { yes, impossible };

// Of an open file: its place at `to`, in one step.
Result<Linked> give_name(int file, std::string const& to, Overwrite force) {
  auto const open_file = "/proc/self/fd/" + std::to_string(file);
  auto const link_at = [&](std::string const& name) {
    return linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  if (force == Overwrite::no) {
    if (link_at(to)) return Linked::yes;
    if (errno == EEXIST) return exists(to);
    return Linked::impossible;
  }
  HeldSignals const held;
  Temporary const temporary{temporary_name(to)};
  if (!link_at(temporary.path)) return Linked::impossible;
  DECAPOD_CHECK(move(temporary.path, to, force));
  return Linked::yes;
}

// Where files have one name, or cannot be without: under a name of its own meanwhile.
Result<WrittenFile> put_by_renaming(int source, std::string const& path, Overwrite force) {
  HeldSignals const held;
  Temporary const temporary{temporary_name(path)};
  Descriptor const target(open(temporary.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!target) return unwritable(path, errno);
  DECAPOD_CHECK(copy_bytes(source, target.get(), path));
  DECAPOD_TRY(auto const written, sync_and_digest(target.get(), path));
  DECAPOD_CHECK(move(temporary.path, path, force));
  return written;
}

// nullopt: not on this file system.
Result<std::optional<WrittenFile>> put_by_linking(int source, std::string const& path, Overwrite force) {
  // The copy itself, if it lies on the file system of its place; else a file without a name, which nobody has to
  // remove.
  struct stat here {};
  struct stat there {};
  bool const same =
      fstat(source, &here) == 0 && stat(directory_of(path).c_str(), &there) == 0 && here.st_dev == there.st_dev;
  if (same) {
    DECAPOD_TRY(auto const written, sync_and_digest(source, path));
    DECAPOD_TRY(auto const linked, give_name(source, path, force));
    if (linked == Linked::yes) return std::optional(written);
  }
  Descriptor const nameless(open(directory_of(path).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!nameless) return std::optional<WrittenFile>();
  DECAPOD_CHECK(copy_bytes(source, nameless.get(), path));
  DECAPOD_TRY(auto const written, sync_and_digest(nameless.get(), path));
  DECAPOD_TRY(auto const linked, give_name(nameless.get(), path, force));
  if (linked == Linked::impossible) return std::optional<WrittenFile>();
  return std::optional(written);
}

Result<WrittenFile> put(int source, std::string const& path, Overwrite force) {
  DECAPOD_TRY(auto const linked, put_by_linking(source, path, force));
  if (linked) return *linked;
  return put_by_renaming(source, path, force);
}

}  // namespace

Result<WrittenFile> put_in_place(std::string const& copy, std::string const& path, Overwrite force) {
  struct stat facts {};
  bool const there = lstat(path.c_str(), &facts) == 0;
  if (there && force == Overwrite::no) return exists(path);
  if (there && !S_ISREG(facts.st_mode)) return unwritable(path, EEXIST);
  Descriptor const source(open(copy.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!source) return unwritable(path, errno);
  DECAPOD_TRY(auto const written, put(source.get(), path, force));
  DECAPOD_CHECK(sync_directory(directory_of(path)));
  return written;
}

}  // namespace decapod::inspect
