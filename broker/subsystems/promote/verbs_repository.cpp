#include "verbs_repository.h"

#include <decapod/base/digest.h>
#include <decapod/cli_kit/revision.h>

namespace decapod::promote {
namespace {

constexpr std::size_t kFileBytesMost = 4UL * 1024 * 1024;

// Of no file: nothing. An empty file is one.
template <class Content>
std::string hash_of(Content const& file) {
  return file ? hex(sha256(*file)) : std::string();
}

}  // namespace

Result<Written> written_file(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                             std::string id, std::string const& path) {
  DECAPOD_TRY(auto const committed, cli::committed_file(around, worktree, commit, path));
  auto const here = around.read(worktree + '/' + path, kFileBytesMost);
  // What is no file of this kind by its size is one all the same.
  if (!here && here.error().code == ErrorCode::too_large) return here.error();
  return Written{.id = std::move(id), .committed = hash_of(committed), .here = hash_of(here)};
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
