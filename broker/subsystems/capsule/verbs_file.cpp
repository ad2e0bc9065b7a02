#include "verbs_file.h"

#include <decapod/capsule/requests.h>
#include <decapod/capsule_record/canonical.h>

#include <filesystem>

namespace decapod::capsule {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = ".decapod/capsules";

bool wanted(json::object const& arguments) {
  auto const* write = arguments.if_contains("write");
  return write != nullptr && write->is_bool() && write->get_bool();
}

Error led_away(std::string const& path) {
  auto error = fail(ErrorCode::refused, path + " is a link: nothing is written through it", {{"path", path}});
  error.hint = "remove the link, then issue the capsule again: it is the same one";
  return error;
}

// A link in the tree could send the file anywhere.
Result<void> make_folder(std::string const& worktree) {
  std::string path = worktree;
  for (auto const& part : fs::path(kFolder)) {
    path += '/' + part.string();
    std::error_code none;
    auto const kind = fs::symlink_status(path, none).type();
    if (kind == fs::file_type::symlink) return led_away(path);
    if (kind == fs::file_type::directory) continue;
    std::error_code failed;
    fs::create_directory(path, failed);
    if (failed) return fail(ErrorCode::not_writable, "cannot make " + path + ": " + failed.message(), {{"path", path}});
  }
  return {};
}

}  // namespace

Result<void> write_file(cli::Surroundings& around, json::object const& arguments, json::object& reply) {
  if (!wanted(arguments)) return {};
  IssueReply issued;
  DECAPOD_CHECK(codec::decode_object(reply, issued, codec::Unknown::ignore));
  auto const& id = issued.capsule.id;
  // It becomes a part of a path.
  if (!is_id(id)) return fail(ErrorCode::internal, "the broker named a capsule '" + id + '\'');
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->worktree.empty()) return fail(ErrorCode::refused, "there is no worktree to write the capsule to");
  DECAPOD_TRY(auto const shown, around.call(request_type<Show>, {{"id", id}}));
  ShowReply stored;
  DECAPOD_CHECK(codec::decode_object(shown, stored, codec::Unknown::ignore));
  DECAPOD_CHECK(make_folder(place->worktree));
  auto const file = std::string(kFolder) + '/' + id + ".json";
  // The rename would take the link's place; whoever put it there meant something else.
  std::error_code none;
  if (fs::is_symlink(fs::symlink_status(place->worktree + '/' + file, none))) {
    return led_away(place->worktree + '/' + file);
  }
  DECAPOD_CHECK(around.write(place->worktree + '/' + file, file_text(stored.capsule)));
  reply["file"] = file;
  return {};
}

}  // namespace decapod::capsule
