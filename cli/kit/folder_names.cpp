#include <decapod/base/shell_words.h>
#include <decapod/cli_kit/folder_names.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace decapod::cli {
namespace {

Error not_listed(std::string const& path, std::error_code const& why) {
  auto error = fail(ErrorCode::input_unreadable, "cannot read " + path + ": " + why.message(), {{"path", path}});
  struct stat facts {};
  // A store below the same folder is out of reach, too: what every other command says there.
  if (lstat(path.c_str(), &facts) != 0 && errno == EACCES) {
    error.code = ErrorCode::unreachable;
    error.hint = "`namei -l " + shell_word(path) + "` shows which directory above it may not be searched; chmod u+x it";
  }
  return error;
}

}  // namespace

Result<std::vector<std::string>> names_in(std::string const& folder, std::string_view extension, std::size_t most) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  if (error == std::errc::no_such_file_or_directory) return std::vector<std::string>();
  std::vector<std::string> names;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    auto name = entry->path().filename().string();
    if (name.ends_with(extension)) names.push_back(std::move(name));
  }
  if (error) return not_listed(folder, error);
  if (names.size() > most) {
    return fail(ErrorCode::too_large, "more than " + std::to_string(most) + " files in " + folder, {{"path", folder}});
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace decapod::cli
