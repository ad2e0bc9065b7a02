#include <decapod/broker/losses.h>
#include <decapod/broker/remains.h>
#include <decapod/broker/witness.h>
#include <dirent.h>
#include <sys/stat.h>

#include <memory>
#include <string>

namespace decapod::broker {
namespace {

enum class Content : std::uint8_t { absent, empty, some };

Content content_of(std::string const& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) return Content::absent;
  return facts.st_size == 0 ? Content::empty : Content::some;
}

// The first store that a restore kept, "" if there is none.
std::string kept_store(std::string const& state_directory) {
  std::unique_ptr<DIR, int (*)(DIR*)> const directory(opendir(state_directory.c_str()), &closedir);
  if (!directory) return "";
  while (auto const* entry = readdir(directory.get())) {
    std::string_view const name = entry->d_name;
    if (name.starts_with("before-restore-")) return state_directory + '/' + std::string(name);
  }
  return "";
}

std::string first_sign(StatePaths const& paths) {
  for (auto const& path : {paths.exported("mutations"), paths.exported("reads"), losses_path(paths.directory),
                           witness_path(paths.directory), paths.wal}) {
    if (content_of(path) == Content::some) return path;
  }
  return kept_store(paths.directory);
}

constexpr std::string_view kPutBack =
    "put the file back, or a snapshot in its place: `decapod broker restore FILE`; to start over, ";

Error shown_by(std::string const& sign, StatePaths const& paths, Content database) {
  auto error = fail(ErrorCode::corrupt,
                    "the store's database is " + std::string(database == Content::absent ? "gone" : "empty") +
                        ", and " + sign + " shows that there was one",
                    {{"path", paths.database}, {"sign", sign}});
  error.hint = std::string(kPutBack) + "move " + paths.directory + " away, then `decapod init`";
  return error;
}

}  // namespace

bool is_unfilled(StatePaths const& paths) {
  return content_of(paths.database) == Content::empty;
}

std::optional<Error> remembered_database(StatePaths const& paths) {
  auto const database = content_of(paths.database);
  if (database == Content::some) return std::nullopt;
  auto const sign = first_sign(paths);
  // A first leader may have filled it meanwhile: its database has a page before there is a log or anything else.
  if (content_of(paths.database) == Content::some) return std::nullopt;
  return sign.empty() ? std::nullopt : std::optional(shown_by(sign, paths, database));
}

std::optional<Error> lost_database(StatePaths const& paths) {
  if (content_of(paths.database) == Content::some) return std::nullopt;
  if (auto remembered = remembered_database(paths)) return remembered;
  if (content_of(paths.database) != Content::absent) return std::nullopt;
  auto error = fail(ErrorCode::corrupt, "the store's database is gone: " + paths.database, {{"path", paths.database}});
  error.hint = std::string(kPutBack) + "`decapod init`";
  return error;
}

}  // namespace decapod::broker
