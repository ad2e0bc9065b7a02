#include <decapod/base/utf8.h>
#include <decapod/cli_kit/clone_stores.h>

#include <algorithm>
#include <filesystem>

namespace decapod::cli {
namespace {

constexpr std::size_t kListBytesMax = 1024 * 1024;

// "" outside a repository.
Result<std::string> list_path(Surroundings& around, std::string const& worktree) {
  DECAPOD_TRY(auto const asked, around.git(worktree, {"rev-parse", "--path-format=absolute", "--git-common-dir"}));
  if (asked.status != 0) return std::string();
  return asked.output.substr(0, asked.output.find('\n')) + "/decapod-stores";
}

Result<std::string> list_text(Surroundings& around, std::string const& path) {
  std::error_code unknown;
  if (path.empty() || !std::filesystem::exists(path, unknown)) return std::string();
  return around.read(path, kListBytesMax);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(well_formed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Result<std::vector<std::string>> stores_made_here(Surroundings& around, std::string const& worktree) {
  DECAPOD_TRY(auto const path, list_path(around, worktree));
  DECAPOD_TRY(auto const text, list_text(around, path));
  return lines_of(text);
}

Result<void> remember_store(Surroundings& around, std::string const& worktree, std::string const& store_uuid) {
  DECAPOD_TRY(auto const path, list_path(around, worktree));
  if (path.empty()) return {};
  DECAPOD_TRY(auto const text, list_text(around, path));
  if (std::ranges::count(lines_of(text), store_uuid) > 0) return {};
  return around.write(path, text + store_uuid + '\n');
}

}  // namespace decapod::cli
