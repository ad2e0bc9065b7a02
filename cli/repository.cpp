#include "repository.h"

#include "git_config.h"

#include <sys/stat.h>

#include <cstdlib>
#include <memory>

namespace decapod::cli {
namespace {

enum class Entry : std::uint8_t { none, file, directory };

Entry look_at(std::string const& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return Entry::none;
  if (S_ISDIR(facts.st_mode)) return Entry::directory;
  return S_ISREG(facts.st_mode) ? Entry::file : Entry::none;
}

std::optional<std::string> resolved(std::string const& path) {
  std::unique_ptr<char, decltype(&std::free)> const real(realpath(path.c_str(), nullptr), &std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

std::string parent(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string from(std::string const& base, std::string const& path) {
  return path.starts_with('/') ? path : base + '/' + path;
}

// The path that git keeps in a file: all of it but the line end, as git reads it. A directory's name may have any byte.
std::string path_in(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

bool is_git_directory(std::string const& path) {
  return look_at(path + "/HEAD") == Entry::file &&
         (look_at(path + "/commondir") == Entry::file ||
          (look_at(path + "/objects") == Entry::directory && look_at(path + "/refs") == Entry::directory));
}

// Our own state directory holds what looks like a repository, so that `git clean` leaves it alone.
bool is_state_directory(std::string const& path) {
  return path.ends_with("/.decapod/data");
}

// The configuration of a repository, each file read once.
class CoreSettings {
 public:
  explicit CoreSettings(std::string const& common_dir)
      : of_worktree_(small_file(common_dir + "/config.worktree").value_or("")),
        shared_(small_file(common_dir + "/config").value_or("")) {}

  std::optional<std::string> operator[](std::string_view key) const {
    auto value = git_setting(of_worktree_, "core", key);
    return value ? value : git_setting(shared_, "core", key);
  }

 private:
  std::string of_worktree_;
  std::string shared_;
};

// The same answer from every worktree, so it follows from the common directory alone.
std::string main_worktree_of(std::string const& common_dir) {
  CoreSettings const core(common_dir);
  if (auto const worktree = core["worktree"]) {
    return resolved(from(common_dir, *worktree)).value_or("");
  }
  if (core["bare"] == "true") return "";
  return common_dir.ends_with("/.git") ? parent(common_dir) : "";
}

Repository describe(std::string worktree, std::string const& git_dir) {
  Repository repository;
  repository.worktree = std::move(worktree);
  repository.git_dir = git_dir;
  repository.common_dir = git_dir;
  if (auto const shared = small_file(git_dir + "/commondir")) {
    repository.common_dir = resolved(from(git_dir, path_in(*shared))).value_or(git_dir);
  }
  repository.main_worktree = main_worktree_of(repository.common_dir);
  return repository;
}

Result<Repository> follow_git_file(std::string const& directory) {
  constexpr std::string_view kPrefix = "gitdir: ";
  auto const path = directory + "/.git";
  auto const text = small_file(path).value_or("");
  auto const line = path_in(text);
  auto const git_dir =
      line.starts_with(kPrefix) ? resolved(from(directory, line.substr(kPrefix.size()))) : std::nullopt;
  if (git_dir && is_git_directory(*git_dir)) return describe(directory, *git_dir);
  auto error = fail(ErrorCode::refused, path + " does not lead to a git directory", {{"path", path}});
  error.hint = "`git worktree repair` mends a worktree that was moved; --root PATH works without git";
  return error;
}

}  // namespace

Result<std::optional<Repository>> find_repository(std::string const& directory) {
  auto const start = resolved(directory);
  if (!start) return std::nullopt;
  for (auto here = *start;; here = parent(here)) {
    if (!is_state_directory(here)) {
      auto const git = here == "/" ? std::string("/.git") : here + "/.git";
      auto const entry = look_at(git);
      if (entry == Entry::directory && is_git_directory(git)) return describe(here, git);
      if (entry == Entry::file) {
        DECAPOD_TRY(auto repository, follow_git_file(here));
        return repository;
      }
      if (is_git_directory(here)) return describe("", here);
    }
    if (here == "/") return std::nullopt;
  }
}

}  // namespace decapod::cli
