#include <decapod/base/os_error.h>
#include <decapod/cli_kit/record_file.h>

#include <filesystem>
#include <system_error>

namespace decapod::cli {
namespace {

namespace fs = std::filesystem;

// The rename would take a link's place; whoever put it there meant something else.
Result<void> check_no_link(std::string const& path, std::string_view again) {
  std::error_code none;
  if (!fs::is_symlink(fs::symlink_status(path, none))) return {};
  auto error =
      fail(ErrorCode::refused, path + " is a link: nothing is written through it, or over it", {{"path", path}});
  error.hint = "remove the link, then " + std::string(again);
  return error;
}

Result<void> make_folder(std::string const& path) {
  std::error_code failed;
  fs::create_directory(path, failed);
  std::error_code none;
  auto const there = fs::symlink_status(path, none);
  if (fs::is_directory(there)) return {};
  if (!fs::exists(there)) return os_error("make", path, failed.value(), ErrorCode::not_writable);
  auto error = fail(ErrorCode::unsafe_directory, path + " is no directory", {{"path", path}});
  error.hint = "make room there for decapod's records";
  return error;
}

}  // namespace

Result<std::string> write_record(Surroundings& around, RecordFile const& file, std::string_view text) {
  auto folder = file.worktree;
  for (auto const& part : fs::path(file.folder)) {
    folder += '/' + part.string();
    DECAPOD_CHECK(check_no_link(folder, file.again));
    DECAPOD_CHECK(make_folder(folder));
  }
  auto const path = std::string(file.folder) + '/' + file.name + ".json";
  auto const whole = file.worktree + '/' + path;
  DECAPOD_CHECK(check_no_link(whole, file.again));
  DECAPOD_CHECK(around.write(whole, text));
  return path;
}

}  // namespace decapod::cli
