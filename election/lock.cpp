#include <decapod/base/os_error.h>
#include <decapod/election/lock.h>

#include <cerrno>

namespace decapod::election {
namespace {

constexpr int kReplacedRetries = 16;
constexpr std::chrono::microseconds kWantPoll{200};

Error cannot_lock(std::string const& path, int cause) {
  return os_error("lock", path, cause, ErrorCode::lock_unreliable);
}

}  // namespace

Result<std::optional<LeaderLock>> LeaderLock::try_acquire(std::string const& path, Kernel& kernel) {
  // Each turn locks one file; a turn repeats only when the file was replaced between opening and locking it.
  for (int turn = 0; turn < kReplacedRetries; ++turn) {
    DECAPOD_TRY(auto opened, kernel.open_lock(path));
    int const cause = opened.file->lock(Hold::exclusive);
    if (cause == EWOULDBLOCK) return std::optional<LeaderLock>();
    if (cause != 0) return cannot_lock(path, cause);
    if (opened.file->is_at(path)) {
      return std::optional<LeaderLock>(LeaderLock(std::move(opened.file), path, opened.access));
    }
  }
  return fail(ErrorCode::unreachable, path + " is being replaced over and over");
}

Result<LeaderLock> LeaderLock::adopt(Descriptor descriptor, std::string const& path) {
  return adopt(lock_file(std::move(descriptor)), path, system_kernel());
}

Result<LeaderLock> LeaderLock::adopt(std::unique_ptr<LockFile> file, std::string const& path, Kernel& kernel) {
  // On the description that holds the lock this succeeds at once; on any other it must not take a free lock silently.
  DECAPOD_TRY(auto rival, kernel.open_lock(path));
  if (rival.file->lock(Hold::exclusive) != EWOULDBLOCK) {
    return fail(ErrorCode::unreachable, "the inherited descriptor does not hold " + path);
  }
  if (file->lock(Hold::exclusive) != 0 || !file->is_at(path)) {
    return fail(ErrorCode::unreachable, "the inherited descriptor is not the lock " + path);
  }
  return LeaderLock(std::move(file), path, rival.access);
}

Result<WantLock> WantLock::acquire(std::string const& path, SteadyTime deadline, Kernel& kernel) {
  // Each turn opens it anew: it may be replaced meanwhile, and nobody looks at one that has lost its name.
  for (;;) {
    DECAPOD_TRY(auto opened, kernel.open_lock(path));
    int const cause = opened.file->lock(Hold::shared);
    if (cause == 0 && opened.file->is_at(path)) return WantLock(std::move(opened.file), path);
    if (cause != 0 && cause != EWOULDBLOCK) return cannot_lock(path, cause);
    if (kernel.steady() >= deadline) return fail(ErrorCode::busy, "nobody lets go of " + path);
    kernel.rest(kWantPoll);
  }
}

WantProbe::WantProbe(std::string path, Kernel& kernel) : path_(std::move(path)), kernel_(&kernel) {
  open();
}

void WantProbe::open() {
  auto opened = kernel_->open_lock(path_);
  file_ = opened ? std::move(opened->file) : nullptr;
}

bool WantProbe::somebody_waits() {
  if (file_ && is_held()) return true;
  if (file_ && file_->is_at(path_)) return false;
  open();
  return file_ && is_held();
}

bool WantProbe::is_held() const {
  int const cause = file_->lock(Hold::exclusive);
  if (cause != 0) return cause == EWOULDBLOCK;
  file_->lock(Hold::none);
  return false;
}

}  // namespace decapod::election
