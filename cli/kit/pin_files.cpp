#include <decapod/base/tracked_paths.h>
#include <decapod/base/utf8.h>
#include <decapod/cli_kit/folder_names.h>
#include <decapod/cli_kit/pin_files.h>

#include <filesystem>
#include <system_error>

namespace decapod::cli {
namespace {

Result<std::string> text_of(Surroundings& around, std::string const& path) {
  // A pipe has no end that is its own.
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) {
    return fail(ErrorCode::input_unreadable, path + " is no plain file", {{"path", path}});
  }
  auto text = around.read(path, kPinBytesMax);
  if (text && (!is_utf8(*text) || has_nul_or_del(*text))) {
    return fail(ErrorCode::input_unreadable, path + " is no text", {{"path", path}});
  }
  return text;
}

}  // namespace

Result<std::vector<PinFile>> pin_files(Surroundings& around, std::string const& worktree) {
  std::vector<PinFile> pins;
  if (worktree.empty()) return pins;
  std::string const folder(kPinFolder);
  DECAPOD_TRY(auto const names, names_in(worktree + '/' + folder, ".txt", kPinsMost));
  for (auto const& name : names) {
    auto path = folder + '/' + name;
    pins.push_back({.path = path, .text = text_of(around, worktree + '/' + path)});
  }
  return pins;
}

}  // namespace decapod::cli
