#include "restoration_files.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>
#include <decapod/base/same_file.h>
#include <decapod/base/whole_write.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <vector>

namespace decapod::broker::files {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;

Error unreadable(std::string const& path, int number) {
  return os_error("read", path, number, ErrorCode::input_unreadable);
}

Error failed(std::string const& doing, std::string const& path, int number) {
  return os_error(doing, path, number, ErrorCode::not_writable);
}

}  // namespace

Result<Sha256> copy_in(std::string const& from, std::string const& to, StatePaths const& store, SteadyTime deadline) {
  struct stat facts {};
  if (stat(from.c_str(), &facts) != 0) return unreadable(from, errno);
  if (!S_ISREG(facts.st_mode)) return unreadable(from, S_ISDIR(facts.st_mode) ? EISDIR : EINVAL);
  DECAPOD_CHECK(check_foreign(from, facts, store));
  Descriptor const source(open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!source) return unreadable(from, errno);
  Descriptor const target(open(to.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!target) return failed("write", to, errno);
  Sha256Hasher hasher;
  std::vector<char> chunk(kChunkBytes);
  for (;;) {
    auto const got = read(source.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(from, errno);
    if (got == 0) break;
    auto const size = static_cast<std::size_t>(got);
    hasher.add(std::string_view(chunk.data(), size));
    if (int const error = write_whole(target.get(), {chunk.data(), size}); error != 0)
      return failed("write", to, error);
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorCode::timeout, "the time was up before " + from + " was read");
    }
  }
  if (fsync(target.get()) != 0) return failed("sync", to, errno);
  return hasher.finish();
}

namespace {

// A FIFO would be waited for, and is nothing that decapod has written.
Descriptor open_regular(std::string const& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat facts {};
  if (!file || fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return Descriptor();
  return file;
}

bool holds(std::string const& path, std::string_view bytes) {
  auto const file = open_regular(path);
  std::string seen;
  while (file) {
    auto const kept = std::min(seen.size(), bytes.size() - 1);
    seen.erase(0, seen.size() - kept);
    seen.resize(kept + kChunkBytes);
    auto const got = read(file.get(), seen.data() + kept, kChunkBytes);
    if (got <= 0) return false;
    seen.resize(kept + static_cast<std::size_t>(got));
    if (seen.find(bytes) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> first_line(std::string const& path) {
  constexpr std::size_t kMost = 4096;
  auto const file = open_regular(path);
  if (!file) return std::nullopt;
  std::string text(kMost, '\0');
  auto const got = read(file.get(), text.data(), text.size());
  if (got < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(got));
  text.resize(std::min(text.size(), text.find_first_of("\r\n")));
  return text;
}

bool any_holds(std::string const& directory, std::string_view bytes) {
  std::error_code none;
  for (auto const& entry : std::filesystem::directory_iterator(directory, none)) {
    if (holds(entry.path().string(), bytes)) return true;
  }
  return false;
}

bool exists(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

bool has_content(std::string const& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 && facts.st_size > 0;
}

Result<void> make_directory(std::string const& path) {
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return failed("make", path, errno);
}

Result<void> link(std::string const& from, std::string const& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  return failed("make", to, errno);
}

Result<void> rename(std::string const& from, std::string const& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return failed("make", to, errno);
}

Result<void> remove(std::string const& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return failed("remove", path, errno);
}

}  // namespace decapod::broker::files
