#include <decapod/base/untimed_stat.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>

namespace decapod {
namespace {

constexpr unsigned kUntimed = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID | STATX_INO | STATX_SIZE;

bool ask(int directory, char const* path, int how, struct stat& facts) {
  struct statx found {};
  if (statx(directory, path, how, kUntimed, &found) != 0) return false;
  facts.st_dev = makedev(found.stx_dev_major, found.stx_dev_minor);
  facts.st_ino = found.stx_ino;
  facts.st_mode = found.stx_mode;
  facts.st_nlink = found.stx_nlink;
  facts.st_uid = found.stx_uid;
  facts.st_gid = found.stx_gid;
  facts.st_size = static_cast<off_t>(found.stx_size);
  return true;
}

// A sandbox may know stat() alone.
bool is_unknown() {
  return errno == ENOSYS || errno == EPERM;
}

}  // namespace

int untimed_stat(char const* path, struct stat* facts) {
  if (ask(AT_FDCWD, path, 0, *facts)) return 0;
  return is_unknown() ? stat(path, facts) : -1;
}

int untimed_fstat(int file, struct stat* facts) {
  if (ask(file, "", AT_EMPTY_PATH, *facts)) return 0;
  return is_unknown() ? fstat(file, facts) : -1;
}

}  // namespace decapod
