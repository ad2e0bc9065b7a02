#include <decapod/election/lock.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace decapod::election {
namespace {

constexpr int kReplacedRetries = 16;

struct Opened {
  Descriptor descriptor;
  LockAccess access = LockAccess::read_write;
};

// Read-only is enough to lock: a store on a read-only mount can still be read under its lock.
Result<Opened> open_lock(std::string const& path) {
  int fd = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  auto access = LockAccess::read_write;
  if (fd < 0 && (errno == EROFS || errno == EACCES || errno == EPERM)) {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    access = LockAccess::read_only;
  }
  if (fd >= 0) return Opened{Descriptor(fd), access};
  if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::store_not_found, "there is no store at " + path);
  return fail(ErrorCode::unreachable, "cannot open " + path + ": " + std::strerror(errno));
}

bool names_same_file(int fd, std::string const& path) {
  struct stat held {};
  struct stat named {};
  if (fstat(fd, &held) != 0 || stat(path.c_str(), &named) != 0) return false;
  return held.st_nlink > 0 && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

int flock_once(int fd, int operation) {
  int result = 0;
  do {
    result = flock(fd, operation);
  } while (result != 0 && errno == EINTR);
  return result;
}

}  // namespace

Result<std::optional<LeaderLock>> LeaderLock::try_acquire(std::string const& path) {
  // Each turn locks one file; a turn repeats only when the file was replaced between opening and locking it.
  for (int turn = 0; turn < kReplacedRetries; ++turn) {
    DECAPOD_TRY(auto opened, open_lock(path));
    if (flock_once(opened.descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::optional<LeaderLock>();
      return fail(ErrorCode::lock_unreliable, "this file system cannot lock " + path + ": " + std::strerror(errno));
    }
    if (names_same_file(opened.descriptor.get(), path)) {
      return std::optional<LeaderLock>(LeaderLock(std::move(opened.descriptor), path, opened.access));
    }
  }
  return fail(ErrorCode::unreachable, path + " is being replaced over and over");
}

Result<LeaderLock> LeaderLock::adopt(Descriptor descriptor, std::string const& path) {
  // On the description that holds the lock this succeeds at once; on any other it must not take a free lock silently.
  DECAPOD_TRY(auto rival, open_lock(path));
  if (flock_once(rival.descriptor.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
    return fail(ErrorCode::unreachable, "the inherited descriptor does not hold " + path);
  }
  if (flock_once(descriptor.get(), LOCK_EX | LOCK_NB) != 0 || !names_same_file(descriptor.get(), path)) {
    return fail(ErrorCode::unreachable, "the inherited descriptor is not the lock " + path);
  }
  return LeaderLock(std::move(descriptor), path, rival.access);
}

bool LeaderLock::still_current() const {
  return names_same_file(descriptor_.get(), path_);
}

Result<WantLock> WantLock::acquire(std::string const& path, SteadyTime deadline) {
  DECAPOD_TRY(auto opened, open_lock(path));
  while (flock_once(opened.descriptor.get(), LOCK_SH | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return fail(ErrorCode::lock_unreliable, "this file system cannot lock " + path + ": " + std::strerror(errno));
    }
    if (std::chrono::steady_clock::now() >= deadline) return fail(ErrorCode::busy, "nobody lets go of " + path);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return WantLock(std::move(opened.descriptor));
}

WantProbe::WantProbe(std::string const& path) {
  if (auto opened = open_lock(path)) descriptor_ = std::move(opened->descriptor);
}

bool WantProbe::somebody_waits() const {
  if (!descriptor_) return false;
  if (flock_once(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  flock_once(descriptor_.get(), LOCK_UN);
  return false;
}

}  // namespace decapod::election
