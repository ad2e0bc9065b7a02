#include <decapod/broker/log.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

namespace decapod::broker {
namespace {

std::string read_from(int fd, off_t from, std::size_t size) {
  std::string text(size, '\0');
  auto const got = pread(fd, text.data(), size, from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// Nor a pipe or a device that has taken its place: opening or writing one may wait for somebody else for ever.
int only_if_plain(int fd) {
  struct stat facts {};
  if (fd < 0 || (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode))) return fd;
  close(fd);
  return -1;
}

// Not through a link that has taken the directory's place: what lies there is not this store's. -1: no log.
int open_log(std::string const& path, int flags) {
  std::filesystem::path const file(path);
  int const directory = open(file.parent_path().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0) return -1;
  int const fd =
      openat(directory, file.filename().c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  close(directory);
  return only_if_plain(fd);
}

}  // namespace

Log::Log(std::string path, Clock& clock, std::size_t bytes_max)
    : path_(std::move(path)), clock_(clock), bytes_max_(bytes_max) {}

void Log::line(std::string_view event) const {
  auto const text = fmt::format("{} steady={} pid={} {}\n", to_string(clock_.now().wall),
                                clock_.steady().time_since_epoch().count(), getpid(), event);
  int const fd = open_log(path_, O_WRONLY | O_APPEND | O_CREAT);
  if (fd < 0) return;
  struct stat facts {};
  bool const full = fstat(fd, &facts) == 0 && static_cast<std::size_t>(facts.st_size) > bytes_max_;
  auto const written = write(fd, text.data(), text.size());
  close(fd);
  if (full && written > 0) trim();
}

void Log::trim() const {
  int const fd = open_log(path_, O_RDWR);
  if (fd < 0) return;
  struct stat facts {};
  fstat(fd, &facts);
  auto const keep = static_cast<off_t>(bytes_max_ / 2);
  auto tail = read_from(fd, std::max<off_t>(0, facts.st_size - keep), static_cast<std::size_t>(keep));
  tail.erase(0, tail.find('\n') + 1);
  if (pwrite(fd, tail.data(), tail.size(), 0) == static_cast<ssize_t>(tail.size())) {
    if (ftruncate(fd, static_cast<off_t>(tail.size())) != 0) tail.clear();
  }
  close(fd);
}

std::vector<std::string> last_lines(std::string const& path, std::size_t count) {
  int const fd = only_if_plain(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (fd < 0) return {};
  struct stat facts {};
  fstat(fd, &facts);
  auto const size = std::min<off_t>(facts.st_size, static_cast<off_t>(count * 256));
  auto const text = read_from(fd, facts.st_size - size, static_cast<std::size_t>(size));
  close(fd);
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    auto const end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return lines;
}

}  // namespace decapod::broker
