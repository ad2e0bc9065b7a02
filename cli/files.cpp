#include "files.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/id.h>
#include <decapod/base/os_error.h>
#include <decapod/base/same_file.h>
#include <decapod/base/whole_write.h>

#include <fmt/core.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace decapod::cli::files {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

Error unreadable(std::string const& path, int number) {
  return os_error("read", path, number, ErrorCode::input_unreadable);
}

Error unwritable(std::string const& path, int number) {
  auto error = os_error("write", path, number, ErrorCode::not_writable);
  if (error.hint.empty()) error.hint = "check the path, its permissions and the free space";
  return error;
}

Result<void> check_no_file_of(StatePaths const* store, std::string const& path, struct stat const& facts) {
  auto foreign = store == nullptr ? Result<void>() : check_foreign(path, facts, *store);
  if (foreign) return {};
  auto error = std::move(foreign).error();
  error.hint = "only the broker reads it: ask with `decapod` instead";
  return error;
}

// Renaming would put a file in its place.
Result<void> check_replaceable(std::string const& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || S_ISREG(facts.st_mode)) return {};
  auto error = fail(ErrorCode::not_writable, "cannot write " + path + ": it is no regular file", {{"path", path}});
  error.hint = "nothing is written through a link or into a pipe: name a file, or a name that is free";
  return error;
}

Result<void> wait_readable(int descriptor, std::string const& name, SteadyTime deadline) {
  while (true) {
    auto const left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return fail(ErrorCode::timeout, name + " did not end in time");
    pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
    auto const count = poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (count > 0) return {};
    if (count < 0 && errno != EINTR) return unreadable(name, errno);
  }
}

Result<void> write_all(int descriptor, std::string const& path, std::string_view content) {
  int const error = write_whole(descriptor, content);
  return error == 0 ? Result<void>() : unwritable(path, error);
}

}  // namespace

// By device and inode, upwards from the folder that `path` is to lie in: a link or a second name changes nothing.
Result<void> refuse_state_directory(std::string const& path, StatePaths const& store) {
  struct stat state {};
  if (stat(store.directory.c_str(), &state) != 0) return {};
  std::error_code unknown;
  auto folder = std::filesystem::canonical(path.substr(0, path.rfind('/') + 1), unknown);
  while (!unknown) {
    if (is_at(folder, state)) {
      auto error = fail(ErrorCode::refused, path + " is among the files of the store itself", {{"path", path}});
      error.hint = "write to another directory";
      return error;
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return {};
}

Result<std::string> read(std::string const& path, std::size_t max_bytes, StatePaths const* store, SteadyTime deadline) {
  struct stat before {};
  if (stat(path.c_str(), &before) != 0) return unreadable(path, errno);
  if (S_ISDIR(before.st_mode)) return unreadable(path, EISDIR);
  DECAPOD_CHECK(check_no_file_of(store, path, before));
  // O_NONBLOCK: a FIFO without a writer must not hold us past the deadline.
  Descriptor const file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) return unreadable(path, errno);
  struct stat after {};
  if (fstat(file.get(), &after) != 0) return unreadable(path, errno);
  DECAPOD_CHECK(check_no_file_of(store, path, after));
  return read_descriptor(file.get(), path, max_bytes, deadline);
}

Result<std::string> read_descriptor(int descriptor, std::string const& name, std::size_t max_bytes,
                                    SteadyTime deadline) {
  std::string content;
  // What is short stays in one place: a text that grows leaves copies of itself behind, and this may be a secret.
  content.reserve(kChunkBytes + std::min(max_bytes, kChunkBytes));
  while (true) {
    DECAPOD_CHECK(wait_readable(descriptor, name, deadline));
    auto const size = content.size();
    content.resize(size + kChunkBytes);
    auto const got = ::read(descriptor, content.data() + size, kChunkBytes);
    content.resize(size + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno != EINTR && errno != EAGAIN) return unreadable(name, errno);
    if (content.size() > max_bytes) {
      return fail(ErrorCode::too_large, fmt::format("{} has more than {} bytes", name, max_bytes),
                  {{"max_bytes", max_bytes}});
    }
    if (got == 0) return content;
  }
}

Result<std::string> read_once(int descriptor, std::size_t max_bytes) {
  std::string content(max_bytes, '\0');
  while (true) {
    auto const got = ::read(descriptor, content.data(), content.size());
    if (got >= 0) {
      content.resize(static_cast<std::size_t>(got));
      return content;
    }
    if (errno == EAGAIN) {
      pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return unreadable("standard input", errno);
    }
  }
}

Result<void> append(std::string const& path, std::string_view content) {
  Descriptor const file(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file) return unwritable(path, errno);
  return write_all(file.get(), path, content);
}

Result<void> replace(std::string const& path, std::string_view content) {
  DECAPOD_CHECK(check_replaceable(path));
  auto const temporary = path + ".tmp-" + random_id().substr(0, 12);
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file) return unwritable(path, errno);
  auto result = write_all(file.get(), path, content);
  if (result && fsync(file.get()) != 0) result = unwritable(path, errno);
  file.close();
  if (result && std::rename(temporary.c_str(), path.c_str()) != 0) result = unwritable(path, errno);
  if (!result) unlink(temporary.c_str());
  return result;
}

Result<Pending> Pending::make(std::string const& path, StatePaths const* store) {
  if (store != nullptr) DECAPOD_CHECK(refuse_state_directory(path, *store));
  DECAPOD_CHECK(check_replaceable(path));
  auto temporary = path + ".tmp-" + random_id().substr(0, 12);
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file) return unwritable(path, errno);
  return Pending(path, std::move(temporary), std::move(file));
}

Pending::~Pending() {
  if (file_) unlink(temporary_.c_str());
}

Result<void> Pending::add(std::string_view content) {
  return write_all(file_.get(), path_, content);
}

Result<void> Pending::finish() {
  DECAPOD_CHECK(check_replaceable(path_));
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return unwritable(path_, errno);
  file_.close();
  return {};
}

Result<void> create_private(std::string const& path, std::string_view content) {
  for (auto end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    mkdir(path.substr(0, end).c_str(), 0700);  // what is there already stays as it is
  }
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file && errno == EEXIST) {
    return fail(ErrorCode::already_exists, path + " is there already", {{"path", path}});
  }
  if (!file) return unwritable(path, errno);
  auto result = write_all(file.get(), path, content);
  if (result && fsync(file.get()) != 0) result = unwritable(path, errno);
  if (!result) unlink(path.c_str());
  return result;
}

}  // namespace decapod::cli::files
