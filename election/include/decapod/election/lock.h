#pragma once
// The leader lock: a held descriptor is the only sign of life, and the kernel drops it at death. No pid is ever asked.

#include <decapod/base/result.h>
#include <decapod/election/descriptor.h>
#include <optional>
#include <string>

namespace decapod::election {

// Whether the file could be opened for writing. Locking works either way on a local file system.
enum class LockAccess : std::uint8_t { read_write, read_only };

// Leadership of one store, for as long as this object (or the process that inherited its descriptor) lives. Released by
// close, never by LOCK_UN: an explicit unlock would also release the copy that a spawned broker holds.
class LeaderLock {
 public:
  // nullopt: somebody else leads. Errors: store_not_found (no lock file: `init` makes it), lock_unreliable, internal.
  // Opens `path`, which must exist, and checks that the locked inode is still the one at the path.
  static Result<std::optional<LeaderLock>> try_acquire(std::string const& path);

  // Takes over a locked descriptor that a predecessor handed down. unreachable: it is not locked, or not `path`.
  static Result<LeaderLock> adopt(Descriptor descriptor, std::string const& path);

  // False once the file at the path is another one (the store was deleted or replaced): lead no longer.
  bool still_current() const;

  LockAccess access() const { return access_; }
  int descriptor() const { return descriptor_.get(); }
  // Lets go in this process; leadership ends only if no other process holds a copy.
  void release() { descriptor_.close(); }

 private:
  LeaderLock(Descriptor descriptor, std::string path, LockAccess access)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), access_(access) {}

  Descriptor descriptor_;
  std::string path_;
  LockAccess access_;
};

// The sign that somebody waits for the lock who cannot use the socket: held shared while waiting.
class WantLock {
 public:
  // unreachable if it cannot be had by `deadline` (a broker's test holds it exclusively for an instant only).
  static Result<WantLock> acquire(std::string const& path, SteadyTime deadline);

 private:
  explicit WantLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  Descriptor descriptor_;
};

// A leader's view of want.lock, kept open for the tenure.
class WantProbe {
 public:
  explicit WantProbe(std::string const& path);
  // Whether somebody waits. Costs two system calls.
  bool somebody_waits() const;

 private:
  Descriptor descriptor_;
};

}  // namespace decapod::election
