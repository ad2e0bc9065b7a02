#include "verbs_listing.h"

#include <decapod/base/counted.h>
#include <decapod/base/shell_words.h>
#include <decapod/base/utf8.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/cli_kit/text.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace decapod::validate {
namespace {

// Without what git calls itself and the gravity: "fatal: ".
std::string first_line(std::string_view errors) {
  constexpr std::string_view kFatal = "fatal: ";
  auto line = errors.substr(0, errors.find('\n'));
  if (line.starts_with(kFatal)) line.remove_prefix(kFatal.size());
  return as_text(line);
}

// The command that git itself suggests, its path already quoted; "" if it suggests none. Its words around it may be in
// any language.
std::string allowing_command(std::string_view errors) {
  constexpr std::string_view kCommand = "git config --global --add safe.directory ";
  auto const at = errors.find(kCommand);
  if (at == std::string_view::npos) return "";
  auto const end = errors.find('\n', at);
  return as_text(errors.substr(at, end == std::string_view::npos ? end : end - at));
}

Error not_listed(std::string const& directory, cli::Finished const& listed) {
  auto const said = first_line(listed.errors);
  auto error = fail(ErrorCode::refused, "git cannot list the files of " + directory + " (exit status " +
                                            std::to_string(listed.status) + ")" + (said.empty() ? "" : ": " + said));
  auto const allowing = allowing_command(listed.errors);
  error.hint = allowing.empty() ? "`git -C " + shell_word(directory) + " ls-files` says what is wrong"
                                : "if you trust its owner: `" + allowing + '`';
  return error;
}

}  // namespace

Result<std::vector<std::string>> list_files(cli::Surroundings& around, std::string const& directory,
                                            std::vector<std::string> const& arguments) {
  std::vector<std::string> command = {"ls-files", "-z"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  DECAPOD_TRY(auto const listed, around.git(directory, command));
  if (listed.status != 0) {
    return not_listed(directory, listed);
  }
  auto paths = cli::split_at_nul(listed.output);
  std::ranges::sort(paths);
  // A file in conflict is listed once a side.
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

std::string as_text(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    auto const length = utf8_length(bytes);
    if (length > 0) {
      text.append(bytes.substr(0, length));
    } else {
      std::array<char, 8> escaped{};
      unsigned const byte = static_cast<unsigned char>(bytes[0]);
      std::snprintf(escaped.data(), escaped.size(), "\\x%02x", byte);
      text += escaped.data();
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return cli::printable(text);
}

std::string named(std::vector<std::string> const& paths, std::string_view what) {
  constexpr std::size_t kMostNamed = 10;
  auto text = counted(paths.size(), "file") + ' ' + std::string(what) + ": ";
  for (std::size_t i = 0; i < paths.size() && i < kMostNamed; ++i) text += (i == 0 ? "" : ", ") + as_text(paths[i]);
  if (paths.size() > kMostNamed) text += " and " + std::to_string(paths.size() - kMostNamed) + " more";
  return text;
}

}  // namespace decapod::validate
