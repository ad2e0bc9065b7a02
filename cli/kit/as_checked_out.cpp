#include "as_checked_out.h"

#include <decapod/cli_kit/revision.h>

#include <algorithm>
#include <sstream>
#include <string_view>

namespace decapod::cli {
namespace {

// All but the files of which no attribute says that git converts them.
constexpr std::string_view kNotConverted = ":(top,exclude,attr:!ident !text !eol !crlf !working-tree-encoding)";
constexpr std::string_view kFile = "100";  // what the mode of a file begins with; a link is no file
constexpr std::size_t kAtOnce = 200;       // files in one command

struct Added {
  std::string object;
  std::string path;
};

// "100644 OBJECT 0<tab>PATH", each ended by NUL.
std::vector<Added> files_in(std::string_view listed) {
  std::vector<Added> files;
  for (auto const& entry : split_at_nul(listed)) {
    auto const object = entry.find(' ');
    auto const end = entry.find(' ', object + 1);
    auto const tab = entry.find('\t');
    if (!entry.starts_with(kFile) || end == std::string::npos || tab == std::string::npos) continue;
    files.push_back({.object = entry.substr(object + 1, end - object - 1), .path = entry.substr(tab + 1)});
  }
  return files;
}

Error is_another(std::string const& path) {
  auto error = fail(ErrorCode::tree_unknown, path + " is not what git would check out for what it stores of it",
                    {{"path", path}});
  error.hint =
      "line ends, keywords such as $Id$ or the encoding differ: `git checkout` of the file puts it right, or change "
      "what .gitattributes says of it";
  return error;
}

// Of the files, those of which git stores other bytes than they have.
Result<std::vector<Added>> converted(AskGit const& git, std::vector<Added> const& files) {
  std::vector<Added> found;
  for (std::size_t from = 0; from < files.size(); from += kAtOnce) {
    auto const until = std::min(from + kAtOnce, files.size());
    std::vector<std::string> arguments = {"hash-object", "--no-filters", "--"};
    for (auto i = from; i < until; ++i) arguments.push_back(files[i].path);
    DECAPOD_TRY(auto const named, git(std::move(arguments)));
    std::istringstream objects(named);
    for (auto i = from; i < until; ++i) {
      std::string object;
      std::getline(objects, object);
      if (object != files[i].object) found.push_back(files[i]);
    }
  }
  return found;
}

}  // namespace

Result<void> check_conversions(AskGit const& git, ReadFile const& read, std::set<std::string> const& but) {
  DECAPOD_TRY(auto const listed, git({"ls-files", "-z", "--stage", "--", ":(top)", std::string(kNotConverted)}));
  auto files = files_in(listed);
  std::erase_if(files, [&](Added const& file) { return but.contains(file.path); });
  DECAPOD_TRY(auto const others, converted(git, files));
  for (auto const& file : others) {
    DECAPOD_TRY(auto const there, read(file.path));
    DECAPOD_TRY(auto const again, git({"cat-file", "--filters", "--path=" + file.path, file.object}));
    if (again != there) return is_another(file.path);
  }
  return {};
}

}  // namespace decapod::cli
