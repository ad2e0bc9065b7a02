#pragma once
// The leader lock: a held descriptor is the only sign of life, and the kernel drops it at death. No pid is ever asked.

#include <decapod/election/kernel.h>
#include <optional>

namespace decapod::election {

// Leadership of one store, for as long as this object (or the process that inherited its descriptor) lives. Released by
// close, never by LOCK_UN: an explicit unlock would also release the copy that a spawned broker holds.
class LeaderLock {
 public:
  // nullopt: somebody else leads. Errors: store_not_found (no lock file: `init` makes it), lock_unreliable,
  // unreachable. Opens `path`, which must exist, and checks that the locked inode is still the one at the path.
  static Result<std::optional<LeaderLock>> try_acquire(std::string const& path, Kernel& kernel = system_kernel());

  // Takes over a locked descriptor that a predecessor handed down. unreachable: it is not locked, or not `path`.
  static Result<LeaderLock> adopt(std::unique_ptr<LockFile> file, std::string const& path, Kernel& kernel);
  static Result<LeaderLock> adopt(Descriptor descriptor, std::string const& path);

  // False once the file at the path is another one (the store was deleted or replaced): lead no longer.
  bool still_current() const { return file_ && file_->is_at(path_); }

  LockAccess access() const { return access_; }
  int descriptor() const { return file_ ? file_->descriptor() : -1; }
  // Lets go in this process; leadership ends only if no other process holds a copy.
  void release() { file_.reset(); }

 private:
  LeaderLock(std::unique_ptr<LockFile> file, std::string path, LockAccess access)
      : file_(std::move(file)), path_(std::move(path)), access_(access) {}

  std::unique_ptr<LockFile> file_;
  std::string path_;
  LockAccess access_;
};

// The sign that somebody waits for the lock who cannot use the socket: held shared while waiting.
class WantLock {
 public:
  // busy if it cannot be had by `deadline` (a broker's test holds it exclusively for an instant only);
  // store_not_found: the file was removed. What is held is the file at `path`.
  static Result<WantLock> acquire(std::string const& path, SteadyTime deadline, Kernel& kernel = system_kernel());

  // False once the file at the path is another one: whoever leads from now on looks at that.
  bool still_current() const { return file_->is_at(path_); }

 private:
  WantLock(std::unique_ptr<LockFile> file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  std::unique_ptr<LockFile> file_;
  std::string path_;
};

// A leader's view of want.lock, kept open for the tenure. `kernel` is borrowed.
class WantProbe {
 public:
  explicit WantProbe(std::string path, Kernel& kernel = system_kernel());
  // Whether somebody waits, by the file at the path or by the one that was there before. Costs four system calls, and
  // some more each time that the file was replaced or is not there.
  bool somebody_waits();

 private:
  void open();
  bool is_held() const;

  std::string path_;
  Kernel* kernel_;
  std::unique_ptr<LockFile> file_;
};

}  // namespace decapod::election
