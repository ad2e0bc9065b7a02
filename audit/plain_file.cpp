#include "plain_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace decapod::audit {

Result<void> check_plain_file(std::string const& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return fail(ErrorCode::input_unreadable, "cannot look at " + path + ": " + std::strerror(errno));
  }
  if (S_ISREG(found.st_mode) && found.st_nlink == 1) return {};
  return fail(ErrorCode::unsafe_directory, path + " must be a plain file with one name only");
}

}  // namespace decapod::audit
