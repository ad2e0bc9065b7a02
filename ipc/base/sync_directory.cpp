#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>
#include <decapod/base/sync_directory.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace decapod {

Result<void> sync_directory(std::string const& path) {
  Descriptor const directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || fsync(directory.get()) != 0) return os_error("sync", path, errno, ErrorCode::not_writable);
  return {};
}

}  // namespace decapod
