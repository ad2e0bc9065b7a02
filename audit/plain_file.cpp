#include "plain_file.h"

#include <decapod/base/os_error.h>
#include <sys/stat.h>

#include <cerrno>

namespace decapod::audit {

Result<void> check_plain_file(std::string const& path, int directory) {
  struct stat found {};
  if (fstatat(directory, path.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return os_error("look at", path, errno, ErrorCode::input_unreadable);
  }
  if (S_ISREG(found.st_mode) && found.st_nlink == 1) return {};
  return fail(ErrorCode::unsafe_directory, path + " must be a plain file with one name only");
}

}  // namespace decapod::audit
