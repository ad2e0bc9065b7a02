#include "filters.h"

#include <decapod/cli_kit/revision.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "large_files.h"

namespace decapod::cli {
namespace {

constexpr std::size_t kAttributesBytesMax = 1024 * 1024;

// "filter.lfs.clean": "lfs".
std::string driver_in(std::string const& setting) {
  auto const from = setting.find('.') + 1;
  return setting.substr(from, setting.rfind('.') - from);
}

// Whether a pathspec can ask for the files of a filter of this name.
bool can_be_asked_for(std::string_view driver) {
  auto const plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; };
  return !driver.empty() && std::ranges::all_of(driver, plain);
}

Error filtered(std::string const& driver, std::string const& path) {
  auto error = fail(ErrorCode::tree_unknown, "git shows " + (path.empty() ? "some files" : path) + " as its filter '" +
                                                 driver + "' makes them, not as they are");
  error.hint =
      "a filter is a program that this clone names, so what it shows proves nothing: take it from these files, or out "
      "of git's configuration. Of filters only that of Git LFS is understood, by what it stores";
  return error;
}

Error attributes_of_this_clone(std::string const& file) {
  auto error = fail(ErrorCode::tree_unknown, file + " changes what git shows of files, in this clone alone");
  error.hint = "move its lines into .gitattributes, where everybody has them";
  return error;
}

bool says_something(std::string_view attributes) {
  while (!attributes.empty()) {
    auto const end = std::min(attributes.find('\n'), attributes.size());
    auto const first = attributes.substr(0, end).find_first_not_of(" \t\r");
    if (first < end && attributes[first] != '#') return true;
    attributes.remove_prefix(std::min(end + 1, attributes.size()));
  }
  return false;
}

}  // namespace

// A filter is a program that is named in this clone's configuration. It could show git anything. What Git LFS stores is
// known without it.
Result<std::vector<std::string>> unfiltered_but_large(Surroundings& around, std::string const& worktree,
                                                      std::string const& attributes, AskGit const& git) {
  std::vector<std::string> large;
  std::error_code unknown;
  if (std::filesystem::exists(attributes, unknown)) {
    DECAPOD_TRY(auto const text, around.read(attributes, kAttributesBytesMax));
    if (says_something(text)) return attributes_of_this_clone(attributes);
  }
  // Ends with 1 where nothing is set.
  DECAPOD_TRY(auto const settings, around.git(worktree, {"config", "-z", "--name-only", "--get-regexp",
                                                         "^filter\\..*\\.(clean|smudge|process)$"}));
  if (settings.status > 1) return fail(ErrorCode::tree_unknown, "git cannot read its configuration in " + worktree);
  for (auto const& setting : split_at_nul(settings.output)) {
    auto const driver = driver_in(setting);
    if (!can_be_asked_for(driver)) return filtered(driver, "");
    DECAPOD_TRY(auto const listed, git({"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
                                        ":(attr:filter=" + driver + ')'}));
    if (driver == kLargeFileDriver) {
      large = split_at_nul(listed);
      std::ranges::sort(large);
      large.erase(std::unique(large.begin(), large.end()), large.end());
    } else if (!listed.empty()) {
      return filtered(driver, listed.substr(0, listed.find('\0')));
    }
  }
  return large;
}

}  // namespace decapod::cli
