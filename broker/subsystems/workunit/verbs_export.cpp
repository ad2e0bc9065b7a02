#include <decapod/workunit_document/spelling.h>

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "verbs_arguments.h"
#include "verbs_faces.h"

namespace decapod::workunit {
namespace {

constexpr std::string_view kFolder = "/.decapod/workunits";

// A folder of its own in the worktree, and not a way to another place.
Result<void> make_folder(std::string const& worktree) {
  std::string path = worktree;
  for (auto const* part : {"/.decapod", "/workunits"}) {
    path += part;
    std::error_code none;
    std::filesystem::create_directory(path, none);
    struct stat facts {};
    if (lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) continue;
    auto error = fail(ErrorCode::unsafe_directory, path + " is no directory", {{"path", path}});
    error.hint = "make room for the exported work units there";
    return error;
  }
  return {};
}

// The rename would take the link's place; whoever put it there meant something else.
Result<void> check_no_link(std::string const& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode)) return {};
  auto error =
      fail(ErrorCode::refused, path + " is a link: nothing is written through it, or over it", {{"path", path}});
  error.hint = "remove the link, then export the work unit again";
  return error;
}

}  // namespace

Result<void> write_document(cli::Surroundings& around, json::object const& arguments, json::object& reply) {
  if (arguments.at("print").as_bool()) return {};
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->worktree.empty()) {
    auto error = fail(ErrorCode::usage, "this is no git repository, so there is no place for the file");
    error.hint = "`--print` writes none";
    return error;
  }
  DECAPOD_CHECK(make_folder(place->worktree));
  auto const path = place->worktree + std::string(kFolder) + '/' + text_argument(reply, "id") + ".json";
  DECAPOD_CHECK(check_no_link(path));
  DECAPOD_CHECK(around.write(path, file_text(reply.at("document").as_object())));
  reply["file"] = path;
  return {};
}

}  // namespace decapod::workunit
