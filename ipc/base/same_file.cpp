#include <decapod/base/same_file.h>
#include <decapod/base/untimed_stat.h>
#include <sys/stat.h>

namespace decapod {

bool same_file(struct stat const& one, struct stat const& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool is_at(std::string const& path, struct stat const& file) {
  struct stat found {};
  return untimed_stat(path.c_str(), &found) == 0 && same_file(found, file);
}

Result<void> check_foreign(std::string const& path, struct stat const& file, StatePaths const& store) {
  for (auto const* ending : {"", "-wal", "-shm"}) {
    if (!is_at(store.database + ending, file)) continue;
    return fail(ErrorCode::refused, path + " is a file of the store itself", {{"path", path}});
  }
  return {};
}

}  // namespace decapod
