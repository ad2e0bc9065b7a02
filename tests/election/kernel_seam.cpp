#include "kernel_seam.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

namespace decapod::test {
namespace {

KernelSeam* active = nullptr;

int real_flock(int fd, int operation) {
  return static_cast<int>(syscall(SYS_flock, fd, operation));
}

}  // namespace

KernelSeam::KernelSeam() {
  active = this;
}
KernelSeam::~KernelSeam() {
  active = nullptr;
}

int KernelSeam::lock(int fd, int operation) const {
  ++tried_;
  if ((fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0) ++inherited_;
  if (flock_result_) {
    errno = *flock_result_;
    return *flock_result_ == 0 ? 0 : -1;
  }
  if (before_lock_) before_lock_();
  return real_flock(fd, operation);
}

}  // namespace decapod::test

extern "C" int flock(int fd, int operation) noexcept {
  using decapod::test::active;
  return active != nullptr ? active->lock(fd, operation) : decapod::test::real_flock(fd, operation);
}

extern "C" int statfs(char const* path, struct statfs* facts) noexcept {
  auto const result = static_cast<int>(syscall(SYS_statfs, path, facts));
  using decapod::test::active;
  if (result == 0 && active != nullptr && active->filesystem()) facts->f_type = *active->filesystem();
  return result;
}
