#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "verbs_arguments.h"
#include "verbs_faces.h"

namespace decapod::workunit {
namespace {

constexpr std::string_view kFolder = "/.decapod/workunits";

void add_line(std::string& text, std::size_t depth, std::string_view rest) {
  text.append(2 * depth, ' ').append(rest);
}

void spell(std::string& text, json::value const& value, std::size_t depth);

void spell_members(std::string& text, json::object const& object, std::size_t depth) {
  text += "{\n";
  std::size_t at = 0;
  for (auto const& member : object) {
    add_line(text, depth + 1, to_text(json::value(member.key())));
    text += ": ";
    spell(text, member.value(), depth + 1);
    text += ++at < object.size() ? ",\n" : "\n";
  }
  add_line(text, depth, "}");
}

void spell_elements(std::string& text, json::array const& array, std::size_t depth) {
  text += "[\n";
  for (std::size_t at = 0; at < array.size();) {
    add_line(text, depth + 1, "");
    spell(text, array[at], depth + 1);
    text += ++at < array.size() ? ",\n" : "\n";
  }
  add_line(text, depth, "]");
}

// One member a line, in the document's order: what git shows of a change is what has changed.
void spell(std::string& text, json::value const& value, std::size_t depth) {
  if (value.is_object() && !value.get_object().empty()) return spell_members(text, value.get_object(), depth);
  if (value.is_array() && !value.get_array().empty()) return spell_elements(text, value.get_array(), depth);
  text += to_text(value);
}

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
  std::string text;
  spell(text, reply.at("document"), 0);
  auto const path = place->worktree + std::string(kFolder) + '/' + text_argument(reply, "id") + ".json";
  DECAPOD_CHECK(around.write(path, text + '\n'));
  reply["file"] = path;
  return {};
}

}  // namespace decapod::workunit
