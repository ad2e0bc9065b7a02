#include "store_layout.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace decapod::cli {
namespace {

constexpr mode_t kSharedMode = 0777;  // less the umask: tracked files, as everything in a worktree
constexpr mode_t kPrivateMode = 0700;

Error cannot_make(std::string const& path, int number) {
  return os_error("make", path, number, ErrorCode::not_writable);
}

std::string parent(std::string const& path) {
  return path.substr(0, path.rfind('/'));
}

// The directories above `path` that are missing, outermost first.
void add_missing_parents(std::string const& path, std::vector<LayoutEntry>& entries) {
  auto const above = parent(path);
  struct stat facts {};
  if (above.empty() || stat(above.c_str(), &facts) == 0) return;
  add_missing_parents(above, entries);
  entries.push_back({EntryKind::shared_directory, above, ""});
}

mode_t mode_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::shared_directory:
      return kSharedMode;
    case EntryKind::private_directory:
      return kPrivateMode;
    case EntryKind::text_file:
      return 0666;
    case EntryKind::private_file:
      return 0600;
  }
  return 0600;
}

bool is_directory(EntryKind kind) {
  return kind == EntryKind::shared_directory || kind == EntryKind::private_directory;
}

Result<MadeBy> make_file(LayoutEntry const& entry) {
  Descriptor const file(
      open(entry.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_of(entry.kind)));
  if (!file) {
    // Another init that ran at the same time made it.
    if (errno == EEXIST) return MadeBy::others;
    return cannot_make(entry.path, errno);
  }
  auto const size = write(file.get(), entry.content.data(), entry.content.size());
  if (size == static_cast<ssize_t>(entry.content.size())) return MadeBy::us;
  auto const number = size < 0 ? errno : ENOSPC;
  // What is half there would be taken for whole by the next.
  unlink(entry.path.c_str());
  return cannot_make(entry.path, number);
}

}  // namespace

std::vector<LayoutEntry> store_layout(StorePlace const& place) {
  auto const& paths = place.paths;
  std::vector<LayoutEntry> entries;
  add_missing_parents(paths.directory, entries);
  bool const tracked = paths.directory.ends_with("/.decapod/data");
  if (tracked) entries.push_back({EntryKind::text_file, parent(paths.directory) + "/.gitignore", "/data/\n"});
  entries.push_back({EntryKind::private_directory, paths.directory, ""});
  if (tracked) {
    // git clean steps over a directory that looks like somebody's repository, and nothing less than these three does.
    auto const git = paths.directory + "/.git";
    entries.push_back({EntryKind::private_directory, git, ""});
    entries.push_back({EntryKind::private_directory, git + "/objects", ""});
    entries.push_back({EntryKind::private_directory, git + "/refs", ""});
    entries.push_back({EntryKind::private_file, git + "/HEAD", "ref: refs/heads/none\n"});
  }
  entries.push_back({EntryKind::private_file, paths.database, ""});
  entries.push_back({EntryKind::private_file, paths.want_lock, ""});
  entries.push_back({EntryKind::private_file, paths.leader_lock, ""});
  return entries;
}

Error in_the_way(std::string const& path) {
  auto error = fail(ErrorCode::unsafe_directory, path + " is in the way", {{"path", path}});
  error.hint = "move it away, then run `decapod init` again";
  return error;
}

Result<bool> entry_exists(LayoutEntry const& entry) {
  struct stat facts {};
  if (lstat(entry.path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return false;
    if (errno == ENOTDIR) return in_the_way(parent(entry.path));
    return cannot_make(entry.path, errno);
  }
  bool const fits = is_directory(entry.kind) ? S_ISDIR(facts.st_mode) : S_ISREG(facts.st_mode);
  if (fits) return true;
  return in_the_way(entry.path);
}

Result<MadeBy> make_entry(LayoutEntry const& entry) {
  if (!is_directory(entry.kind)) return make_file(entry);
  if (mkdir(entry.path.c_str(), mode_of(entry.kind)) == 0) return MadeBy::us;
  if (errno == EEXIST) return MadeBy::others;
  return cannot_make(entry.path, errno);
}

}  // namespace decapod::cli
