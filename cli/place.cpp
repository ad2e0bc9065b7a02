#include "place.h"

#include "repository.h"
#include "store_layout.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>
#include <decapod/base/shell_words.h>

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>

namespace decapod::cli {
namespace {

constexpr char kStateBelow[] = "/.decapod/data";

StorePlace at(StoreKind kind, std::string state_directory, std::string why) {
  return {.kind = kind, .paths = StatePaths(std::move(state_directory)), .why = std::move(why)};
}

// Without "." and "..". What ".." leads out of may be a link, so the disk is asked where that is, as far as the last of
// them. Where it does not say (something is missing, or no directory), they stay, and lead nowhere.
std::string absolute(std::string const& cwd, std::string const& path) {
  static constexpr std::string_view kUp = "/../";
  auto whole = (path.starts_with('/') ? path : cwd + '/' + path) + '/';
  if (auto const up = whole.rfind(kUp); up != std::string::npos) {
    std::error_code missing;
    auto const real = std::filesystem::canonical(whole.substr(0, up + kUp.size()), missing).string();
    if (missing) return whole.substr(0, whole.size() - 1);
    whole = real + '/' + whole.substr(up + kUp.size());
  }
  whole = std::filesystem::path(whole).lexically_normal();
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  return whole;
}

Result<StorePlace> user_place(PlaceWish const& wish) {
  if (wish.xdg_data_home.starts_with('/')) {
    return at(StoreKind::user, wish.xdg_data_home + "/decapod", "--store user: below XDG_DATA_HOME");
  }
  if (wish.home.starts_with('/')) {
    return at(StoreKind::user, wish.home + "/.local/share/decapod", "--store user: below HOME/.local/share");
  }
  auto error = fail(ErrorCode::store_not_found, "neither XDG_DATA_HOME nor HOME says where your own store would be");
  error.hint = "set HOME, or name a directory with --root";
  return error;
}

Result<StorePlace> repository_place(PlaceWish const& wish, std::optional<Repository> const& repository) {
  if (!repository) {
    auto const here = wish.cwd.empty() ? "a deleted directory" : wish.cwd;
    auto error = fail(ErrorCode::store_not_found, fmt::format("no git repository in {} or above it", here));
    error.hint = "change into a repository, or name a store with --root PATH or --store user";
    return error;
  }
  if (!repository->main_worktree.empty()) {
    auto const why = repository->worktree == repository->main_worktree || repository->worktree.empty()
                         ? "the repository's main worktree"
                         : "the main worktree of the repository that this linked worktree belongs to";
    return at(StoreKind::repo, repository->main_worktree + kStateBelow, why);
  }
  return at(StoreKind::repo, repository->common_dir + "/decapod",
            "the git directory, because this repository has no main worktree that all its worktrees agree on");
}

Error unsafe(std::string const& directory, std::string what) {
  return fail(ErrorCode::unsafe_directory, directory + ' ' + std::move(what), {{"directory", directory}});
}

Error closed_to_its_owner(std::string const& directory, mode_t mode) {
  auto error = unsafe(directory, fmt::format("is closed to its owner: its mode is {:04o}", mode & 07777U));
  error.hint = "let yourself in again: chmod 700 " + shell_word(directory);
  return error;
}

Error open_to_others(std::string const& directory, mode_t mode) {
  auto error = unsafe(directory, fmt::format("is open to other users: its mode is {:04o}", mode & 07777U));
  error.hint = "close it: chmod 700 " + shell_word(directory);
  return error;
}

Error not_let_through(std::string const& directory) {
  auto error = unsafe(directory, "cannot be reached: a directory above it may not be searched by this user");
  error.hint = fmt::format("`namei -l {}` shows which one; chmod u+x it", shell_word(directory));
  return error;
}

Error belongs_to_another(std::string const& directory, std::uint32_t owner, std::uint32_t uid) {
  auto error = unsafe(directory, fmt::format("belongs to user {}, and you are user {}", owner, uid));
  error.hint =
      uid == 0 ? fmt::format("run it as that user: sudo -u '#{}' decapod ...; root's files would lock it out", owner)
               : "use the account that owns the store, or a store of your own: --store user";
  return error;
}

bool is_there(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

std::string_view kind_in_words(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISDIR(mode)) return "a directory";
  return "no plain file";
}

enum class Plain : std::uint8_t { absent, there };

// A link would lead lock or database to another inode than the one that others look at by this name.
Result<Plain> check_plain_or_absent(std::string const& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) return Plain::absent;
  if (S_ISREG(facts.st_mode)) return Plain::there;
  auto error = fail(ErrorCode::unsafe_directory,
                    path + " is " + std::string(kind_in_words(facts.st_mode)) + ", where the store keeps a plain file",
                    {{"path", path}});
  error.hint = "move it away and bring back the file that belongs there";
  return error;
}

Result<StorePlace> place_of_store(PlaceWish const& wish, Result<std::optional<Repository>> const& repository) {
  if (wish.store == StoreKind::user) return user_place(wish);
  if (!wish.root.empty() && wish.cwd.empty() && !wish.root.starts_with('/')) {
    return fail(ErrorCode::store_not_found,
                fmt::format("the current directory is gone, so '{}' leads nowhere", wish.root));
  }
  if (!wish.root.empty() && wish.store != StoreKind::repo) {
    auto const root = absolute(wish.cwd, wish.root);
    auto place = at(StoreKind::root, root + kStateBelow, "named by --root or DECAPOD_ROOT");
    place.main_worktree = root;
    if (repository && *repository) place.worktree = (*repository)->worktree;
    return place;
  }
  if (!repository) return repository.error();
  auto const& found = *repository;
  DECAPOD_TRY(auto place, repository_place(wish, found));
  place.worktree = found->worktree;
  place.main_worktree = found->main_worktree;
  return place;
}

}  // namespace

Result<StorePlace> find_place(PlaceWish const& wish) {
  auto const repository = find_repository(wish.cwd);
  auto place = place_of_store(wish, repository);
  if (place && repository && *repository) place->git = {(*repository)->git_dir, (*repository)->common_dir};
  return place;
}

Made store_made(StatePaths const& paths) {
  return is_there(paths.leader_lock) || is_there(paths.database) ? Made::yes : Made::no;
}

namespace {

std::string with_links_followed(std::string const& path) {
  std::error_code unknown;
  return std::filesystem::weakly_canonical(path, unknown).string();
}

constexpr int kLookOnly = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

enum class Links : std::uint8_t { none, perhaps };

struct OpenDirectory {
  Descriptor descriptor;
  Links links;  // on the way to it
};

// A path without links is its own real path. The kernel finds that out while it opens, and has done so since 5.6.
OpenDirectory open_directory(std::string const& path) {
  open_how how{.flags = kLookOnly, .mode = 0, .resolve = RESOLVE_NO_SYMLINKS};
  auto const plain = static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
  if (plain >= 0) return {.descriptor = Descriptor(plain), .links = Links::none};
  return {.descriptor = Descriptor(open(path.c_str(), kLookOnly)), .links = Links::perhaps};
}

// One system call, where following the links of a path takes one for each of its folders.
std::string path_of(OpenDirectory const& directory, std::string const& path) {
  if (directory.links == Links::none) return path;
  std::array<char, PATH_MAX> real{};
  auto const name = fmt::format("/proc/self/fd/{}", directory.descriptor.get());
  auto const bytes = readlink(name.c_str(), real.data(), real.size());
  return bytes > 0 ? std::string(real.data(), static_cast<std::size_t>(bytes)) : with_links_followed(path);
}

Result<void> check_length(StatePaths const& paths, std::string const& real) {
  auto const bytes = std::max(real.size(), paths.directory.size());
  if (bytes <= kStateDirectoryBytes) return {};
  auto error = fail(ErrorCode::not_writable,
                    fmt::format("the path of the state directory is too long for its database: {} bytes, and {} are "
                                "possible: {}",
                                bytes, kStateDirectoryBytes, paths.directory),
                    {{"directory", paths.directory}, {"bytes", bytes}, {"max_bytes", kStateDirectoryBytes}});
  error.hint = "move the repository to a shorter path, or use a store elsewhere: --root PATH or --store user";
  return error;
}

}  // namespace

Result<void> check_length(StatePaths const& paths) {
  return check_length(paths, with_links_followed(paths.directory));
}

Result<void> check_store(StatePaths const& paths, std::uint32_t uid) {
  auto const opened = open_directory(paths.directory);
  auto const& directory = opened.descriptor;
  if (!directory) {
    auto const number = errno;
    if (is_out_of_descriptors(number)) return os_error("open", paths.directory, number, ErrorCode::unreachable);
    struct stat link {};
    if (lstat(paths.directory.c_str(), &link) == 0) return unsafe(paths.directory, "is not a directory of its own");
    if (number == EACCES) return not_let_through(paths.directory);
    if (number == ENOTDIR) return in_the_way(paths.directory.substr(0, paths.directory.rfind('/')));
    return fail(ErrorCode::store_not_found, "no store at " + paths.directory, {{"directory", paths.directory}});
  }
  DECAPOD_CHECK(check_length(paths, path_of(opened, paths.directory)));
  struct stat facts {};
  if (fstat(directory.get(), &facts) != 0) return unsafe(paths.directory, std::strerror(errno));
  if (facts.st_uid != uid) return belongs_to_another(paths.directory, facts.st_uid, uid);
  if ((facts.st_mode & 077U) != 0) return open_to_others(paths.directory, facts.st_mode);
  if (faccessat(directory.get(), ".", X_OK, AT_EACCESS) != 0)
    return closed_to_its_owner(paths.directory, facts.st_mode);
  auto const leader_lock = check_plain_or_absent(paths.leader_lock);
  auto const database = check_plain_or_absent(paths.database);
  if (leader_lock && database && *leader_lock == Plain::absent && *database == Plain::absent) {
    return fail(ErrorCode::store_not_found, "no store at " + paths.directory, {{"directory", paths.directory}});
  }
  for (auto const& checked : {leader_lock, check_plain_or_absent(paths.want_lock), database}) {
    if (!checked) return checked.error();
  }
  return {};
}

Result<void> make_missing_locks(StatePaths const& paths) {
  for (auto const& path : {paths.want_lock, paths.leader_lock}) {
    if (is_there(path)) continue;
    auto made = make_entry({EntryKind::private_file, path, ""});
    if (made) continue;
    auto error = std::move(made).error();
    error.message = "the store's lock file is gone: " + error.message;
    error.hint = "run any decapod command where " + paths.directory + " can be written: it makes the lock anew";
    return error;
  }
  return {};
}

}  // namespace decapod::cli
