#pragma once
// What an election asks of the machine: files to lock, the steady clock, and rest. A simulation has its own.

#include <decapod/base/clock.h>
#include <decapod/base/descriptor.h>
#include <decapod/base/result.h>

#include <memory>
#include <string>

namespace decapod::election {

// Whether the file could be opened for writing. Locking works either way on a local file system.
enum class LockAccess : std::uint8_t { read_write, read_only };

enum class Hold : std::uint8_t { exclusive, shared, none };

// An open file, and with it the lock on it. Going away closes this copy of the descriptor; the lock goes with the last.
class LockFile {
 public:
  virtual ~LockFile() = default;
  // Never waits. 0, EWOULDBLOCK (somebody else holds it), or why the file cannot be locked at all.
  virtual int lock(Hold hold) = 0;
  // Whether this file still has a name, and is the one at `path`.
  virtual bool is_at(std::string const& path) const = 0;
  virtual int descriptor() const = 0;
};

struct OpenedLock {
  std::unique_ptr<LockFile> file;
  LockAccess access = LockAccess::read_write;
};

// One thread uses it.
class Kernel {
 public:
  virtual ~Kernel() = default;
  // store_not_found: nothing is at `path`. unreachable: it cannot be opened.
  virtual Result<OpenedLock> open_lock(std::string const& path) = 0;
  virtual SteadyTime steady() = 0;
  virtual void rest(std::chrono::microseconds time) = 0;
};

// The operating system's.
Kernel& system_kernel();
std::unique_ptr<LockFile> lock_file(Descriptor descriptor);

}  // namespace decapod::election
