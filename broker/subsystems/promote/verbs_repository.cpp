#include "verbs_repository.h"

#include <decapod/base/digest.h>
#include <decapod/cli_kit/revision.h>

#include <filesystem>
#include <system_error>

namespace decapod::promote {
namespace {

constexpr std::size_t kFileBytesMost = 4UL * 1024 * 1024;

// Of no file: nothing. An empty file is one.
template <class Content>
std::string hash_of(Content const& file) {
  return file ? hex(sha256(*file)) : std::string();
}

// What lies there and is too large, closed, or no file at all agrees with nothing, and is no missing file.
Result<std::string> hash_here(cli::Surroundings& around, std::string const& path) {
  auto const here = around.read(path, kFileBytesMost);
  if (here) return hash_of(here);
  auto const code = here.error().code;
  if (code == ErrorCode::unreachable || code == ErrorCode::timeout) return here.error();
  std::error_code unknown;
  bool const absent = std::filesystem::symlink_status(path, unknown).type() == std::filesystem::file_type::not_found;
  return std::string(absent ? "" : "no document");
}

}  // namespace

Result<Written> written_file(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                             std::string id, std::string const& path) {
  DECAPOD_TRY(auto const committed, cli::committed_file(around, worktree, commit, path));
  DECAPOD_TRY(auto const here, hash_here(around, worktree + '/' + path));
  return Written{.id = std::move(id), .committed = hash_of(committed), .here = here};
}

Result<Ancestor> is_ancestor(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                             std::string const& head) {
  DECAPOD_TRY(auto const found, cli::ancestry(around, worktree, commit, head));
  return found == cli::Ancestry::ancestor ? Ancestor::yes : Ancestor::no;
}

Result<std::vector<Reached>> reached_from(cli::Surroundings& around, std::string const& worktree,
                                          std::string const& head, std::set<std::string> const& commits) {
  std::vector<Reached> reached;
  for (auto const& commit : commits) {
    if (commit.empty() || commit.front() == '-') continue;
    DECAPOD_TRY(auto const ancestor, is_ancestor(around, worktree, commit, head));
    reached.push_back({.commit = commit, .ancestor = ancestor});
  }
  return reached;
}

}  // namespace decapod::promote
